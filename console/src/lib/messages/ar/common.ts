import { number, plural } from '../../format/plural';

export const common = {
  app: { name: 'Countersign', skip: 'الانتقال إلى المحتوى' },

  common: {
    close: 'إغلاق',
    cancel: 'إلغاء',
    save: 'حفظ',
    saved: 'تم الحفظ.',
    create: 'إنشاء',
    edit: 'تعديل',
    remove: 'إزالة',
    delete: 'حذف',
    copy: 'نسخ',
    copied: 'تم النسخ',
    copyFailed: 'حدّد النص وانسخه يدويًا',
    dismiss: 'إخفاء',
    undo: 'تراجع',
    retry: 'إعادة المحاولة',
    loading: 'جارٍ التحميل',
    more: 'عرض المزيد',
    optional: 'اختياري',
    reason: 'السبب',
    reasonHelp: 'يبقى في سجل هذا العميل، لزملائك وللمدققين.',
    typeToConfirm: (name: string) => `اكتب «${name}» للتأكيد`,
    noMatch: 'لا نتائج تطابق عوامل التصفية هذه',
    noMatchText: 'خفّف أحدها أو ابدأ من جديد.',
    clearFilters: 'مسح عوامل التصفية',
    yes: 'نعم',
    no: 'لا',
    name: 'الاسم',
    state: 'الحالة',
    created: 'تاريخ الإنشاء',
    lastUsed: 'آخر استخدام',
    never: 'أبدًا',
    actions: 'الإجراءات',
    actionsFor: (name: string) => `إجراءات ${name}`,
    search: 'بحث',
    unnamed: 'بلا اسم',
    you: 'أنت'
  },

  assurance: {
    word: { al0: 'مجهول', al1: 'متعرَّف عليه', al2: 'متحقَّق منه', al3: 'موثَّق الهوية' },
    meaning: {
      al0: 'لا شيء يدل على صاحبه.',
      al1: 'مُدَّعى أو مُفترَض، دون إثبات.',
      al2: 'مُثبَت بما يعرفه الشخص.',
      al3: 'مُثبَت برمز أو بجلسة موقَّعة.'
    },
    endsIn: (left: string) => `يبقى ساريًا ${left}.`,
    timeLeft: 'الوقت المتبقي ',
    levelLabel: 'المستوى'
  },

  masking: {
    masked: 'محجوب',
    why: 'يرى دورك هذه القيمة محجوبة. يقرر ذلك أحد المسؤولين في «الحجب».'
  },

  errors: {
    requestId: 'معرّف الطلب',
    copyRequestId: 'نسخ معرّف الطلب',
    forbidden: 'لا تملك صلاحية عرض هذا',
    forbiddenText: (permission: string) => `يتطلب ذلك الصلاحية «${permission}». يمنحها مدير النظام مع الدور، من صفحة الفريق.`,
    notFound: 'لا يوجد شيء هنا',
    notFoundText: 'العنوان غير صحيح، أو حُذف ما كان يعرضه.',
    crashed: 'تعطلت هذه الصفحة',
    crashedText: 'تساعد إعادة تحميلها عادةً. لم يتغير شيء على الخادم.',
    reload: 'إعادة التحميل',
    backHome: 'العودة إلى الوارد'
  },

  fields: {
    refused: 'ما زال هنا شيء غير صحيح.',
    missing: 'املأ هذا الحقل.',
    choose: 'اختر أحد الخيارات.',
    email: 'اكتب عنوان بريد إلكتروني، مثل ann@example.org.',
    url: 'اكتب العنوان كاملًا، مثل https://example.org.',
    short: (characters: number) => plural(characters, { zero: '# حرف على الأقل.', one: 'حرف واحد على الأقل.', two: 'حرفان على الأقل.', few: '# أحرف على الأقل.', many: '# حرفًا على الأقل.', other: '# حرف على الأقل.' }),
    long: (characters: number) => plural(characters, { zero: '# حرف على الأكثر.', one: 'حرف واحد على الأكثر.', two: 'حرفان على الأكثر.', few: '# أحرف على الأكثر.', many: '# حرفًا على الأكثر.', other: '# حرف على الأكثر.' }),
    least: (least: number) => `${number(least)} على الأقل.`,
    most: (most: number) => `${number(most)} على الأكثر.`,
    number: 'اكتب رقمًا.',
    whole: 'اكتب عددًا صحيحًا بلا كسور.',
    form: 'الصيغة غير صحيحة.'
  },

  secret: {
    once: 'يُعرض هذه المرة فقط. لا يحتفظ Countersign بأي نسخة يمكن قراءتها.',
    stored: 'حفظتُه لديّ'
  },

  live: {
    stale: 'لا اتصال بالخادم. قد يكون ما تراه قديمًا.',
    reconnect: 'سيعود الاتصال تلقائيًا.',
    now: 'الاتصال الآن',
    again: 'عاد الاتصال. كل شيء محدَّث.'
  },

  notices: {
    title: 'الإشعارات',
    label: (unread: number) =>
      plural(unread, {
        zero: 'الإشعارات، # غير مقروء',
        one: 'الإشعارات، إشعار واحد غير مقروء',
        two: 'الإشعارات، إشعاران غير مقروءين',
        few: 'الإشعارات، # إشعارات غير مقروءة',
        many: 'الإشعارات، # إشعارًا غير مقروء',
        other: 'الإشعارات، # إشعار غير مقروء'
      }),
    assigned: (name: string) => `أُسند إليك ${name}`,
    message: (name: string) => `رسالة جديدة من ${name}`,
    readAll: 'تعليم الكل كمقروء',
    read: 'وضع علامة مقروء',
    byRule: (name: string) => `قاعدة: ${name}`,
    failed: 'تعذّر تحميل ما أبلغتك به القواعد.',
    unread: 'غير مقروء',
    empty: 'لا جديد',
    emptyText: 'تظهر هنا الرسائل الجديدة في محادثاتك والمحادثات المسندة إليك وما تُبلغك به القواعد.',
    came: (n: number) =>
      plural(n, {
        zero: 'لا إشعارات جديدة',
        one: 'إشعار جديد واحد',
        two: 'إشعاران جديدان',
        few: '# إشعارات جديدة',
        many: '# إشعارًا جديدًا',
        other: '# إشعار جديد'
      })
  },

  nav: {
    label: 'التنقل الرئيسي',
    open: 'فتح القائمة',
    work: 'العمل',
    start: 'البداية',
    setUp: 'الإعداد',
    phone: 'الهاتف',
    prompts: 'الرسائل الصوتية',
    manage: 'الإدارة',
    inbox: 'الوارد',
    customers: 'العملاء',
    visitors: 'الزوار الآن',
    reports: 'التقارير',
    channels: 'القنوات',
    widgets: 'الأدوات',
    sites: 'المواقع',
    invitations: 'الدعوات',
    attributes: 'السمات',
    codes: 'الرموز وعمليات الربط',
    rules: 'القواعد',
    hours: 'ساعات العمل',
    replies: 'الردود الجاهزة',
    flows: 'قوائم الهاتف',
    developers: 'المطورون',
    calls: 'المكالمات',
    phoneNumbers: 'أرقام الهاتف',
    lookUps: 'الاستعلامات',
    callWidgets: 'بطاقات المكالمات',
    people: 'الفريق',
    audit: 'التدقيق',
    privacy: 'الخصوصية',
    settings: 'الإعدادات',
    system: 'النظام',
    me: 'حسابك',
    account: (name: string) => `حساب ${name}`,
    sessions: 'الجلسات',
    language: 'اللغة',
    logOut: 'تسجيل الخروج',
    shortcuts: 'اختصارات لوحة المفاتيح',
    engagements: 'التعاملات',
    verification: 'التحقق',
    policies: 'السياسات',
    topics: 'المواضيع',
    locks: 'الأقفال',
    search: 'بحث أو انتقال إلى'
  },

  theme: { label: 'المظهر', system: 'كالنظام', light: 'فاتح', dark: 'داكن' },

  presence: { label: 'الحضور', online: 'متصل', away: 'بعيد عن الشاشة' },

  palette: {
    title: 'البحث والأوامر',
    placeholder: 'ابحث عن عميل، افتح صفحة، نفّذ إجراءً…',
    pages: 'الصفحات',
    actions: 'الإجراءات',
    findCustomer: (text: string) => `البحث عن العميل «${text}»`,
    customers: 'العملاء',
    searching: 'جارٍ البحث عن العملاء…',
    notFound: 'لا عميل يطابق ذلك تمامًا.',
    failed: 'تعذّر البحث.',
    nothing: 'لا توجد صفحة أو إجراء بهذا الاسم.',
    choose: 'اختيار',
    open: 'فتح',
    close: 'إغلاق',
    results: (n: number) =>
      plural(n, { zero: 'لا نتائج', one: 'نتيجة واحدة', two: 'نتيجتان', few: '# نتائج', many: '# نتيجة', other: '# نتيجة' })
  },

  keys: {
    title: 'اختصارات لوحة المفاتيح',
    palette: 'البحث والأوامر',
    control: 'Ctrl',
    help: 'هذه المساعدة',
    search: 'الانتقال إلى حقل البحث',
    then: 'ثم',
    single: 'اختصارات المفتاح الواحد',
    singleHelp: 'عند إيقافها تعمل التركيبات مع Ctrl أو ⌘ فقط. للإملاء الصوتي وأجهزة التبديل.',
    everywhere: 'في كل مكان',
    goTo: 'الانتقال إلى',
    here: 'في هذه الصفحة'
  },

  table: {
    views: 'طرق العرض',
    allRows: 'الكل',
    saveView: 'حفظ طريقة العرض هذه',
    viewName: 'اسم طريقة العرض',
    viewHelp: 'عوامل التصفية والأعمدة كما هي الآن. تُحفظ في هذا المتصفح.',
    viewTaken: 'ستحل محل طريقة العرض التي تحمل هذا الاسم.',
    removeView: 'إزالة طريقة العرض هذه',
    viewRemoved: (name: string) => `أُزيلت طريقة العرض «${name}».`,
    columns: 'الأعمدة',
    select: (name: string) => `تحديد ${name}`,
    selectAll: 'تحديد كل الصفوف المعروضة',
    selected: (n: number) =>
      plural(n, {
        zero: 'لم يُحدَّد شيء',
        one: 'عنصر واحد محدد',
        two: 'عنصران محددان',
        few: '# عناصر محددة',
        many: '# عنصرًا محددًا',
        other: '# عنصر محدد'
      }),
    clearSelection: 'إلغاء التحديد',
    bulk: 'إجراءات المحدد'
  },

  combobox: {
    none: 'لا شيء مطابق',
    open: 'عرض الخيارات',
    found: (n: number) =>
      plural(n, { zero: 'لا خيارات', one: 'خيار واحد', two: 'خياران', few: '# خيارات', many: '# خيارًا', other: '# خيار' })
  },

  reveal: {
    show: 'إظهار',
    hide: 'إخفاء',
    hidesIn: (seconds: number) => `تُخفى مجددًا بعد ${seconds} ث`,
    reason: 'لماذا تحتاج إلى رؤيتها؟',
    reasons: 'الأسباب المعتادة',
    usual: ['معاودة الاتصال أو الرد', 'التحقق من هويته', 'إرسال شيء', 'معالجة شكوى'],
    onRecord: 'كل من يحق له رؤية هذا العميل يرى أنك اطّلعت ولماذا. تُخفى القيمة مجددًا بعد دقيقة.',
    revealed: (field: string) => `أُظهر: ${field}`,
    fields: { name: 'الاسم', email: 'البريد الإلكتروني', phone: 'الهاتف', external_id: 'رقم العميل', user_id: 'المعرّف في القناة', subject: 'الموضوع', text: 'نص رسالة', attachments: 'أسماء الملفات', profile_name: 'الاسم', identifiers: 'معرّف' }
  },

  logIn: {
    title: 'تسجيل الدخول',
    email: 'البريد الإلكتروني',
    password: 'كلمة المرور',
    submit: 'تسجيل الدخول',
    busy: 'جارٍ تسجيل الدخول…',
    needed: 'لا توجد مساحة عمل على هذا الخادم بعد. افتح رابط الإعداد الذي يُظهره عند تشغيله.',
    bad: 'البريد الإلكتروني أو كلمة المرور غير صحيحة.',
    badHint: 'تحقق منهما وحاول مرة أخرى. يمكن لمدير النظام أن يرسل إليك دعوة جديدة.',
    later: (secs: number) =>
      plural(secs, {
        zero: 'محاولات كثيرة جدًا. حاول مرة أخرى الآن.',
        one: 'محاولات كثيرة جدًا. حاول مرة أخرى بعد ثانية واحدة.',
        two: 'محاولات كثيرة جدًا. حاول مرة أخرى بعد ثانيتين.',
        few: 'محاولات كثيرة جدًا. حاول مرة أخرى بعد # ثوانٍ.',
        many: 'محاولات كثيرة جدًا. حاول مرة أخرى بعد # ثانية.',
        other: 'محاولات كثيرة جدًا. حاول مرة أخرى بعد # ثانية.'
      }),
    ended: 'انتهت جلستك. سجّل الدخول لتتابع من حيث كنت.'
  },

  setUp: {
    title: 'إعداد Countersign',
    text: 'هنا تُنشأ مساحة العمل وأول مدير نظام لها. يعمل الرابط مرة واحدة.',
    noToken: 'تحتاج هذه الصفحة إلى رابط الإعداد',
    noTokenText: 'أظهره الخادم عند تشغيله أول مرة. افتحه كاملًا، مع الجزء الذي يلي #.',
    done: 'هذا الخادم مُعَدّ بالفعل',
    doneText: 'سجّل الدخول أو اطلب دعوة من مدير النظام.',
    workspace: 'اسم مساحة العمل',
    workspaceHelp: 'عادةً اسم شركتك.',
    yourName: 'اسمك',
    email: 'بريدك الإلكتروني',
    password: 'كلمة المرور',
    passwordHelp: '15 حرفًا على الأقل. تذكُّر جملة أسهل من تذكُّر الرموز.',
    submit: 'إنشاء مساحة العمل'
  },

  invitation: {
    title: 'الانضمام إلى مساحة العمل',
    text: 'اختر كلمة مرور. يعمل الرابط مرة واحدة.',
    titleOf: (workspace: string) => `الانضمام إلى ${workspace}`,
    textOf: (email: string) => `أنت مدعو باسم ${email}. اختر كلمة مرور؛ يعمل الرابط مرة واحدة.`,
    titleAgain: (workspace: string) => `${workspace}: اختر كلمة مرور جديدة`,
    textAgain: (email: string) => `تسجّل الدخول باسم ${email}. يعمل الرابط مرة واحدة.`,
    noToken: 'تحتاج هذه الصفحة إلى رابط دعوة',
    noTokenText: 'افتح رابط دعوتك كاملًا، مع الجزء الذي يلي #.',
    name: 'اسمك',
    nameHelp: 'اتركه فارغًا للإبقاء على الاسم الوارد في الدعوة.',
    submit: 'انضمام'
  }
};
