import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The page of canned replies, and after how long chats end. */
export const replies = {
  replies: {
    title: 'الردود الجاهزة',
    text: 'إجابات تقدمها مرارًا وتكرارًا. اكتب / في محادثة لإدراج واحدة منها.',
    create: 'رد جاهز جديد',
    empty: 'لا توجد ردود جاهزة بعد',
    emptyText: 'اكتب الأول: تحية، أو ساعات عملك، أو كيفية إرجاع منتج.',
    name: 'الاسم القصير',
    nameHelp: 'كلمة واحدة تُكتب بعد /.',
    titleLabel: 'العنوان',
    titleHelp: 'الغرض منه. لا يراه إلا فريقك.',
    reply: 'النص',
    textHelp: 'من يرى قيمة مقنّعة يحصل بدلًا منها على ما يلي |، مثل {profile.phone|رقمك}.',
    language: 'اللغة',
    anyLanguage: 'أي لغة',
    audience: 'من يراه',
    everybody: 'الجميع',
    everybodyHelp: 'كل من يرد على العملاء.',
    group: 'مجموعة',
    groupHelp: 'أعضاؤها فقط.',
    personal: 'أنا فقط',
    personalHelp: 'لا أحد غيرك، ولا حتى المسؤولون.',
    chooseGroup: 'المجموعة',
    used: 'الاستخدام',
    never: 'أبدًا',
    times: (n: number) => plural(n, { zero: 'لم يُستخدم', one: 'مرة واحدة', two: 'مرتان', few: '# مرات', many: '# مرة', other: '# مرة' }),
    search: 'البحث في الردود الجاهزة',
    noMatch: 'لا يوجد رد جاهز يحتوي على هذا.',
    deleted: (name: string) => `تم حذف ${name}.`
  },

  chatEnd: {
    title: 'نهاية المحادثات',
    minutes: 'تنتهي المحادثة من تلقاء نفسها بعد',
    minutesHelp: 'دقائق دون رد على رسالتك. 0: أبدًا.',
    status: 'حالة القضية بعد ذلك'
  }
} satisfies Translation;
