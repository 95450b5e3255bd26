import { plural } from '../../format/plural';

/** What happened to an installation, and the words of the web chat. */
export const history = {
  history: {
    title: 'السجل',
    text: 'متى بدأت الخوادم ومتى توقفت، ومتى حُدِّثت قاعدة البيانات، وما تعذّر تسليمه.',
    started: (version: string) => `بدأ الخادم، الإصدار ${version}`,
    stopped: 'توقف الخادم',
    lost: 'اختفى خادم دون إشعار',
    lostHelp: 'انقطاع التيار أو نقص الذاكرة أو إنهاء قسري: سجل النظام يعرف المزيد. لم يضِع شيء مما جرى تأكيده.',
    migrated: (version: string, n: number) =>
      plural(n, { zero: `حُدِّثت قاعدة البيانات إلى الإصدار ${version} دون خطوات`, one: `حُدِّثت قاعدة البيانات إلى الإصدار ${version} في خطوة واحدة`, two: `حُدِّثت قاعدة البيانات إلى الإصدار ${version} في خطوتين`, few: `حُدِّثت قاعدة البيانات إلى الإصدار ${version} في # خطوات`, many: `حُدِّثت قاعدة البيانات إلى الإصدار ${version} في # خطوة`, other: `حُدِّثت قاعدة البيانات إلى الإصدار ${version} في # خطوة` }),
    gaveUp: {
      webhook: (n: number) => plural(n, { zero: 'لم يُتخلَّ عن أي تسليم إلى webhook', one: 'جرى التخلي عن تسليم واحد إلى webhook', two: 'جرى التخلي عن تسليمين إلى webhook', few: 'جرى التخلي عن # عمليات تسليم إلى webhook', many: 'جرى التخلي عن # عملية تسليم إلى webhook', other: 'جرى التخلي عن # عملية تسليم إلى webhook' }),
      message: (n: number) => plural(n, { zero: 'سُلِّمت كل الرسائل', one: 'تعذّر تسليم رسالة واحدة', two: 'تعذّر تسليم رسالتين', few: 'تعذّر تسليم # رسائل', many: 'تعذّر تسليم # رسالة', other: 'تعذّر تسليم # رسالة' })
    }
  },

  chatPhrases: {
    open: 'العبارات…',
    save: 'حفظ العبارات',
    frame: 'معاينة الدردشة',
    states: {
      talk: 'أثناء المحادثة',
      new: 'الزيارة الأولى',
      away: 'لا أحد متاح',
      typing: 'أحدهم يكتب',
      signed_in: 'عميل سجّل الدخول',
      ended: 'انتهت الدردشة',
      no_net: 'لا اتصال',
      unavailable: 'غير متاحة'
    },
    phrase: {
      chat: 'اسم الدردشة',
      placeholder: 'في حقل الرسالة الفارغ',
      send: 'زر الإرسال',
      fresh: 'عندما يبدأ شخص آخر',
      ended: 'عند انتهاء الدردشة',
      proved: 'بعد التعرّف على العميل',
      typing: 'أثناء كتابة أحدهم',
      away: 'عندما لا يكون أحد متاحًا',
      away_text: 'عندما لا يكون أحد متاحًا، شرح',
      your_name: 'حقل الاسم',
      your_email: 'حقل البريد الإلكتروني',
      attach: 'زر الملفات',
      offline: 'دون اتصال',
      unavailable: 'عند حدوث خلل',
      unavailable_text: 'عند حدوث خلل، شرح'
    } as Record<string, string>
  }
};
