import type { Translation } from '../shape';

/** Mailboxes: how one is connected, and what a mail is about. */
export const email = {
  email: {
    needs: {
      one: 'جهّز العنوان واسمَي خادمَي القراءة (IMAP) والإرسال (SMTP) وكلمة المرور.',
      two: 'يطلب بعض المزوّدين كلمة مرور مخصّصة لتطبيق واحد: أنشئها في حسابك لديهم.',
      three: 'كي يُصدَّق المُرسِلون، يجب أن يفحص خادم بريدك الرسائل ويكتب النتيجة فيها (Authentication-Results). يعرف مسؤوله تحت أي اسم.'
    },
    imapPassword: 'كلمة المرور',
    smtpPassword: 'كلمة مرور الإرسال',
    smtpPasswordHelp: 'إن تُركت فارغة فهي كلمة القراءة نفسها.',
    address: 'العنوان',
    addressHelp: 'يكتب إليه العملاء، ومنه تأتي الردود.',
    sender: 'الاسم بجانبه',
    reading: 'القراءة (IMAP)',
    sending: 'الإرسال (SMTP)',
    host: 'الخادم',
    port: 'المنفذ',
    security: 'التشفير',
    securities: { tls: 'TLS', starttls: 'STARTTLS', none: 'بلا' },
    username: 'اسم المستخدم',
    usernameHelp: 'فارغ لخادم لا يطلبه.',
    unvouched: 'لا أحد يضمن المُرسِلين',
    unvouchedText: 'تُحسب كل رسالة من شخص مجهول حتى يثبت من هو. أدخل اسم نتائج خادمك؛ يعرض «اختبار» الأسماء التي يجدها.',
    authserv: 'الخادم الذي يضمن المُرسِلين',
    authservHelp: 'الاسم الذي يكتب تحته Authentication-Results. إن تُرك فارغًا فلا أحد يضمن: كل رسالة من عنوان محادثة مستقلة حتى يثبت مُرسِلها من هو. يعرض «اختبار» الأسماء التي يجدها.',
    folder: 'المجلد',
    markSeen: 'وضع علامة مقروء على الرسائل بعد وصولها إلى هنا',
    subject: 'الموضوع'
  }
} satisfies Translation;
