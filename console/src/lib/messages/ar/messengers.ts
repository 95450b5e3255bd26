import type { Translation } from '../shape';

/** Connecting messengers. The parts are named as the API names kinds, secrets and settings. */
export const messengers = {
  messengers: {
    choose: 'الاختيار',
    connect: 'ربط',
    try: 'تجربة',
    steps: 'الخطوات',
    back: 'رجوع',
    done: 'تم',
    connectTitle: (kind: string) => `ربط ${kind}`,
    need: 'ما تحتاج إليه',
    newTab: '(يُفتح في علامة تبويب جديدة)',
    set: 'محفوظ',
    replace: 'استبدال',
    replaceOf: (name: string) => `استبدال: ${name}`,
    keep: 'الإبقاء على الحالي',
    secretHelp: 'يُحفظ مختومًا على خادمك ولا يُعرض على أحد مرة أخرى.',
    checked: (kind: string) => `يُسأل ${kind} عن صحة ذلك قبل حفظ أي شيء.`,
    asking: (kind: string) => `جارٍ سؤال ${kind}…`,
    advanced: 'متقدم',
    refused: (kind: string) => `لم يقبل ${kind} هذا. لم يُحفظ شيء.`,
    down: (kind: string) => `تعذّر الوصول إلى ${kind}. لم يُحفظ شيء.`,
    connected: (kind: string) => `تم ربط ${kind}.`,
    connectedAs: (kind: string, name: string) => `تم ربط ${kind} باسم ${name}.`,
    working: 'متصلة',
    notWorking: 'لا تعمل',
    secretsSet: (names: string) => `محفوظ: ${names}`,
    address: 'عنوان Webhook',
    verifyToken: 'رمز التحقق',
    pasteTitle: (kind: string) => `الصق هذا لدى ${kind}`,
    notPublic: 'لا يبدأ هذا العنوان بـ ⁦https://⁩، لذا لن يرسل المزوّد إليه شيئًا. اضبط public_url على العنوان الذي يصل منه الإنترنت إلى هذا الخادم.',
    nothingToPaste: 'لا شيء يلزم لصقه: رتّب الخادم الباقي بنفسه.',
    tryTitle: 'اكتب إلى هذه القناة',
    tryText: 'أرسل رسالة كما يفعل العميل. ستظهر في الوارد.',
    open: (kind: string) => `فتح ${kind}`,
    waiting: 'في انتظار الرسالة الأولى…',
    arrived: 'وصلت رسالة.',
    toInbox: 'فتح الوارد',
    broken: (kind: string) => `‏${kind} لا يعمل:`,
    gone: 'حتى يُصلَح ذلك، قد لا تصل الرسائل أو لا تُرسَل.',
    mend: 'تغيير الإعدادات',
    text: {
      telegram: 'بوت يكتب إليه العملاء. يعمل فورًا من دون عنوان عام.',
      whatsapp: 'رقم أعمال على WhatsApp Cloud API من Meta.',
      messenger: 'رسائل صفحتك على Facebook.',
      instagram: 'الرسائل المباشرة لحسابك الاحترافي.',
      email: 'صندوق بريد لشركتك، يُقرأ عبر IMAP ويُجاب عليه عبر SMTP.',
      sms: 'رقم لدى Twilio أو لدى مزوّد بالواجهة نفسها.',
      viber: 'بوت Viber لشركتك.',
      line: 'حساب LINE رسمي مع Messaging API.',
      matrix: 'حساب على خادم Matrix، خادمكم أو أي خادم. يعمل فورًا من دون عنوان عام.'
    },
    needs: {
      telegram: {
        one: 'افتح @BotFather في Telegram.',
        two: 'أرسل ‎/newbot وأجب عن سؤاليه. ولبوت موجود لديك أرسل ‎/token.',
        three: 'سيرد برمز. الصقه أدناه.'
      },
      whatsapp: {
        one: 'افتح تطبيقك لدى Meta وأضف إليه WhatsApp وسجّل رقمك.',
        two: 'ضمن WhatsApp ثم API setup: انسخ معرّف رقم الهاتف. وأنشئ رمز وصول دائمًا لمستخدم نظام.',
        three: 'ضمن App settings ثم Basic: انسخ سر التطبيق.'
      },
      messenger: {
        one: 'افتح تطبيقك لدى Meta وأضف إليه Messenger.',
        two: 'ضمن Messenger ثم API settings: اربط صفحتك وأنشئ رمز وصولها.',
        three: 'ضمن App settings ثم Basic: انسخ سر التطبيق.'
      },
      instagram: {
        one: 'افتح تطبيقك لدى Meta وأضف إليه Instagram.',
        two: 'ضمن Instagram ثم API setup with Instagram login: أضف حسابك وأنشئ رمز وصوله.',
        three: 'في الصفحة نفسها: انسخ سر تطبيق Instagram.'
      },
      sms: {
        one: 'افتح لوحة مزوّدك واحصل على رقم يستقبل الرسائل.',
        two: 'في صفحتها الأولى: انسخ Account SID وAuth Token.',
        three: 'مع مزوّد غير Twilio: أدخل عنوان واجهته ضمن «متقدم».'
      },
      viber: {
        one: 'افتح موقع Viber للشركاء وأنشئ بوتًا، أو اطلب من شريك Viber لديك إنشاءه.',
        two: 'في إعدادات البوت: انسخ الرمز.'
      },
      line: {
        one: 'افتح LINE Developers Console واختر قناة Messaging API لحسابك.',
        two: 'في صفحتها Basic settings: انسخ Channel secret.',
        three: 'في صفحتها Messaging API: أصدر Channel access token وانسخه.'
      }
    },
    paste: {
      whatsapp: 'في تطبيقك: WhatsApp ثم Configuration ثم Webhook. الصق القيمتين واضغط Verify and save ثم اشترك في الحقل messages.',
      messenger: 'في تطبيقك: Messenger ثم API settings ثم Webhooks. الصق القيمتين واضغط Verify and save ثم اشترك لصفحتك في messages.',
      instagram: 'في تطبيقك: Instagram ثم API setup ثم Webhooks. الصق القيمتين واضغط Verify and save ثم اشترك في messages.',
      sms: 'في إعدادات الرسائل لرقمك: الصقه كعنوان Webhook لخيار «A message comes in» بالطريقة POST.',
      line: 'في الصفحة Messaging API: الصقه في Webhook URL واضغط Verify ثم فعّل Use webhook.'
    },
    secret: {
      bot_token: 'رمز البوت',
      access_token: 'رمز الوصول',
      page_access_token: 'رمز وصول الصفحة',
      app_secret: 'سر التطبيق',
      auth_token: 'Auth Token',
      channel_access_token: 'رمز وصول القناة',
      channel_secret: 'Channel secret',
      signing: 'سر التوقيع'
    },
    setting: {
      phone_number_id: 'معرّف رقم الهاتف',
      account_sid: 'Account SID',
      from: 'المرسِل',
      verify_token: 'رمز التحقق',
      homeserver_url: 'خادم Matrix',
      api_url: 'عنوان الواجهة API'
    },
    help: {
      phone_number_id: 'رقم طويل، وليس رقم الهاتف نفسه.',
      account_sid: 'يبدأ بـ AC.',
      from: 'رقم مع رمز الدولة مثل ‎+15005550006، أو SID لخدمة رسائل.',
      verify_token: 'أي نص. إذا تُرك فارغًا فهو معرّف هذه القناة.',
      homeserver_url: 'عنوانه أو نطاق حساباته، مثل https://matrix.example.org.',
      api_url: 'إذا تُرك فارغًا فهو عنوان المزوّد. لا تغيّره إلا لخادم خاص بك.'
    },
    receive: 'كيف تصل الرسائل',
    receives: {
      poll: 'يجلبها هذا الخادم',
      webhook: 'يرسلها Telegram'
    },
    receiveHelp: 'الجلب يعمل في كل مكان. الإرسال يحتاج إلى عنوان ⁦https://⁩ عام.',
    template: 'قالب بعد 24 ساعة',
    templateHelp: 'يقبل WhatsApp كلماتك الخاصة مدة 24 ساعة بعد آخر رسالة من العميل. بعد ذلك يُرسَل هذا القالب المعتمد بدلًا منها.',
    templateName: 'اسم القالب',
    templateLanguage: 'لغته، مثل ar'
  }
} satisfies Translation;
