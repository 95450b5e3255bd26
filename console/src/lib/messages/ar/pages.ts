import { number, plural } from '../../format/plural';

export const pages = {
  start: {
    title: 'البداية',
    text: 'من مساحة عمل فارغة إلى أول عميل تعرفه يقينًا.',
    progress: (done: number, all: number) => `أُنجز ${number(done)} من ${number(all)}`,
    done: 'تم',
    todo: 'مطلوب',
    allDone: 'اكتمل الإعداد.',
    allDoneText: 'يستطيع العملاء إثبات هويتهم. ما يحدث بعد الآن تجده في الوارد.',
    toInbox: 'فتح الوارد',
    steps: {
      workspace: {
        title: 'سمِّ مساحة العمل',
        text: 'يرى الزملاء هذا الاسم، ويلقاه العملاء في الدعوات.',
        action: 'إعدادات مساحة العمل'
      },
      channel: {
        title: 'أنشئ قناة',
        text: 'مكان يكتب فيه العملاء: دردشة الموقع لديك أو تطبيق المراسلة الخاص بك.',
        action: 'القنوات'
      },
      code: {
        title: 'احصل على أول رمز',
        text: 'العب دور العميل: احصل على رمز لشخص متخيَّل. لا يُرسَل شيء إلى أي مكان.',
        action: 'الدردشة التجريبية'
      },
      authenticated: {
        title: 'شاهد أول «موثَّق الهوية»',
        text: 'ألصق الرمز في الدردشة التجريبية. عندها يثبت من هو العميل.',
        action: 'الدردشة التجريبية'
      },
      widget: {
        title: 'ضع الأداة في موقعك',
        text: 'مقطع برمجي في الصفحة وبضعة أسطر على خادمك. تُعلَّم الخطوة حالما تعرضها إحدى صفحاتك.',
        action: 'الأدوات'
      },
      team: {
        title: 'ادعُ زميلًا',
        text: 'برابط يعمل مرة واحدة. تحدد الأدوار ما يجوز لكل شخص فعله ورؤيته.',
        action: 'الفريق'
      }
    }
  },

  testChat: {
    title: 'الدردشة التجريبية',
    text: 'طرفا عملية التعريف في صفحة واحدة، مع عميل متخيَّل. تستخدم قناة وأداة حقيقيتين من مساحة عملك، أُنشئتا للاختبار.',
    prepare: 'بدء الدردشة التجريبية',
    prepareText: 'تُنشئ دردشة موقع وأداة، كلتاهما باسم «Test chat»، ولا يجوز إلا لهذه اللوحة عرضهما. يمكنك حذفهما لاحقًا.',
    preparing: 'جارٍ الإنشاء…',
    site: 'موقعك كما يراه عميل مسجَّل الدخول',
    signedIn: (name: string) => `مسجَّل الدخول باسم ${name}`,
    customer: 'آدا مثال',
    getCode: 'الحصول على رمز',
    newCode: 'الحصول على رمز آخر',
    code: 'رمز التعريف',
    codeFor: (left: string) => `صالح ${left} أخرى. يعمل مرة واحدة.`,
    codeOver: 'انتهت صلاحية هذا الرمز. احصل على غيره.',
    paste: 'لصق في الدردشة',
    chat: 'الدردشة كما يراها العميل نفسه',
    message: 'الرسالة',
    placeholder: 'اكتب شيئًا أو ألصق الرمز…',
    send: 'إرسال',
    empty: 'ألقِ التحية ثم ألصق الرمز.',
    agent: 'ما يراه فريقك',
    nobody: 'اكتب في الدردشة: تظهر المحادثة هنا.',
    authenticated: (name: string) => `هذا ${name}، مُثبَت.`,
    authenticatedText: 'أصبحت الدردشة لهذا العميل والدليل مسجَّل. يعمل موقعك بالطريقة نفسها.',
    openCase: 'فتح المحادثة',
    needs: 'يمكن لمدير النظام تشغيل الدردشة التجريبية.',
    insecure: 'توقّع الدردشة التجريبية رمزًا مميزًا في المتصفح، ولا تسمح المتصفحات بذلك إلا عبر https وعلى localhost.'
  },

  events: {
    title: 'سجل الأحداث',
    text: 'ما حدث كما تخبر به Webhooks: معرّفات وكلمات، دون بيانات شخصية أبدًا. الرسائل في محادثاتها.',
    type: 'النوع',
    anyType: 'أي نوع',
    by: 'بواسطة',
    when: 'متى',
    payload: 'المحتوى',
    empty: 'لم يحدث شيء بعد',
    emptyText: 'أصدر رمزًا أو اكتب في الدردشة التجريبية فتظهر الأحداث هنا.'
  },

  requests: {
    title: 'سجل الطلبات',
    text: 'طلبات مفاتيح API لديك في الأيام السبعة الأخيرة، 100,000 على الأكثر. لا تُحفظ المحتويات ولا العناوين ولا المعرّفات الواردة في المسارات.',
    key: 'مفتاح API',
    anyKey: 'أي مفتاح',
    request: 'الطلب',
    status: 'الحالة',
    anyStatus: 'أي حالة',
    statuses: { '2xx': 'ناجحة', failed: 'فاشلة', '4xx': 'مرفوضة (4xx)', '5xx': 'خطأ في الخادم (5xx)' },
    duration: 'المدة',
    took: (ms: string) => `${ms} ملّي ثانية`,
    requestId: 'معرّف الطلب',
    find: 'البحث عن معرّف طلب',
    findHelp: 'تحمله كل إجابة باسم X-Request-Id.',
    problem: 'المشكلة',
    empty: 'لا طلبات بعد',
    emptyText: 'استدعِ API بأحد مفاتيحك، ويظهر الطلب هنا بعد ثانية.'
  },

  deadLetters: {
    replaySome: (n: number) =>
      plural(n, {
        zero: 'لا شيء لإعادة إرساله',
        one: 'إعادة إرسال واحد',
        two: 'إعادة إرسال اثنين',
        few: 'إعادة إرسال #',
        many: 'إعادة إرسال #',
        other: 'إعادة إرسال #'
      }),
    replayAll: 'إعادة إرسال الكل',
    call: (name: string) => `استدعاء القاعدة «${name}»`,
    callGone: 'استدعاء قاعدة محذوفة',
    callWhat: 'استدعت قاعدةٌ خادمًا آخر',
    replayedSome: (n: number) =>
      plural(n, {
        zero: 'لم يُعَد إرسال شيء.',
        one: 'يُعاد إرسال واحد.',
        two: 'يُعاد إرسال اثنين.',
        few: 'يُعاد إرسال #.',
        many: 'يُعاد إرسال #.',
        other: 'يُعاد إرسال #.'
      })
  },

  roles: {
    tab: 'الأدوار',
    peopleTab: 'الأشخاص',
    tabs: 'أقسام هذه الصفحة',
    text: 'ما يجوز لكل دور. الكلمات في العمود الأخير هي نطاقات مفاتيح API.',
    permission: 'الصلاحية',
    scope: 'النطاق',
    may: (role: string) => `${role}: مسموح`,
    mayNot: (role: string) => `${role}: غير مسموح`,
    keysOnly: 'مفاتيح API فقط'
  },

  auditPage: {
    anyAction: 'أي إجراء',
    export: 'تصدير',
    exportCsv: 'CSV لجداول البيانات',
    exportJsonl: 'أسطر JSON للبرامج',
    exportHint: 'ما تعرضه عوامل التصفية. التصدير نفسه يُسجَّل أيضًا.',
    ok: 'نُفّذ',
    byId: 'معرّف من قام به',
    objectId: 'معرّف ما جرى عليه',
    actorKind: { user: 'شخص', api_key: 'مفتاح API', public: 'صفحة', customer: 'عميل', system: 'Countersign' },
    action: {
      'access.denied': 'رُفض الوصول',
      'api_key.create': 'أُنشئ مفتاح API',
      'api_key.revoke': 'أُلغي مفتاح API',
      'api_key.rotate': 'جُدّد مفتاح API',
      'attachment.open': 'فُتح ملف',
      'attribute.create': 'أُنشئت سمة',
      'attribute.delete': 'حُذفت سمة',
      'attribute.update': 'عُدّلت سمة',
      'audit.accept_lost_heads': 'قُبلت تواقيع مفقودة',
      'audit.export': 'صُدّر سجل التدقيق',
      'audit.verify': 'جرى التحقق من سجل التدقيق',
      'auth.lock': 'قُفل تسجيل الدخول',
      'auth.login': 'تسجيل دخول',
      'auth.logout': 'تسجيل خروج',
      'calendar.create': 'أُنشئت ساعات عمل',
      'calendar.delete': 'حُذفت ساعات عمل',
      'calendar.update': 'عُدّلت ساعات عمل',
      'canned_reply.create': 'إنشاء رد جاهز',
      'saved_view.share': 'مشاركة عرض',
      'saved_view.delete': 'إزالة عرض مشترك',
      'canned_reply.delete': 'حذف رد جاهز',
      'canned_reply.update': 'تغيير رد جاهز',
      'case.ask_for_code': 'طُلب رمز',
      'case.end': 'أُنهيت دردشة',
      'case.list': 'عُرضت قائمة المحادثات',
      'case.update': 'عُدّلت محادثة',
      'channel.create': 'أُنشئت قناة',
      'channel.delete': 'حُذفت قناة',
      'channel.rotate_secret': 'سر جديد لقناة',
      'channel.test': 'اختُبرت قناة',
      'channel.update': 'عُدّلت قناة',
      'code.issue': 'صدر رمز',
      'code.disown': 'أنكر العميل الرمز',
      'code.list': 'عُرضت قائمة الرموز',
      'code.redeem': 'استُخدم رمز',
      'code.revoke': 'أُلغي رمز',
      'group.create': 'أُنشئت مجموعة',
      'group.delete': 'حُذفت مجموعة',
      'group.update': 'عُدّلت مجموعة',
      'link.confirm': 'أُكّد ربط',
      'link.create': 'رُبط حساب',
      'link.end': 'انتهى ربط',
      'link.undo': 'جرى التراجع عن ربط',
      'link.unlink': 'فُك ربط حساب',
      'masking.update': 'عُدّل الحجب',
      'merge_suggestion.create': 'اقتُرح دمج',
      'merge_suggestion.decide': 'بُتّ في اقتراح دمج',
      'message.retry': 'أُعيد إرسال رد',
      'outbox.give_up': 'تُرك تسليم',
      'outbox.replay': 'أُعيد إرسال غير المسلَّم',
      'privacy.request': 'سُجّل طلب شخص',
      'privacy.close': 'أُغلق طلب شخص',
      'privacy.export': 'طُلب تصدير عميل',
      'privacy.export_end': 'انتهى تصدير عميل',
      'privacy.download': 'نُزّل تصدير عميل',
      'privacy.hold': 'حُجز عميل عن الحذف',
      'privacy.release': 'رُفع الحجز',
      'privacy.replay': 'مُحي من جديد بعد استعادة',
      'retention.update': 'تغيّرت مدة الاحتفاظ',
      'retention.clean': 'حُذف بانتهاء المدة',
      'profile.export': 'صُدّر العملاء كملف',
      'import.apply': 'طُبّق الاستيراد',
      'import.cancel': 'أُوقف الاستيراد',
      'import.finish': 'اكتمل الاستيراد',
      'import.preview': 'فُحص الاستيراد',
      'import.upload': 'جُلب ملف عملاء',
      'profile.block': 'حُظر عميل',
      'profile.create': 'أُنشئ عميل',
      'profile.delete': 'حُذف عميل',
      'profile.list': 'عُرضت قائمة العملاء',
      'profile.merge': 'دُمج عميلان',
      'profile.unmerge': 'تم التراجع عن دمج',
      'profile.search': 'بُحث عن عملاء',
      'profile.unblock': 'رُفع الحظر عن عميل',
      'profile.update': 'عُدّل عميل',
      'profile.view': 'عُرض عميل',
      'rule.create': 'أُنشئت قاعدة',
      'rule.delete': 'حُذفت قاعدة',
      'rule.order': 'رُتّبت القواعد',
      'rule.storm': 'أجابت القواعد أكثر مما ينبغي',
      'rule.update': 'غُيّرت قاعدة',
      'rule_group.create': 'أُنشئت مجموعة قواعد',
      'rule_group.delete': 'حُذفت مجموعة قواعد',
      'rule_group.update': 'غُيّرت مجموعة قواعد',
      'rule_settings.update': 'غُيّرت إعدادات القواعد',
      'rule_template.install': 'ثُبّت سيناريو القواعد',
      'session.end': 'أُنهيت جلسة',
      'setup.complete': 'أُعدّت مساحة العمل',
      'setup.make_link': 'أُنشئ رابط إعداد',
      'suggestion.list': 'عُرضت اقتراحات الدمج',
      'unification.update': 'عُدّل توحيد العملاء',
      'user.accept_invitation': 'قُبلت دعوة',
      'user.change_password': 'غُيّرت كلمة مرور',
      'user.invite': 'دُعي شخص',
      'user.renew_invitation': 'جُدّدت دعوة',
      'user.update': 'عُدّلت بيانات شخص',
      'user.update_own': 'عُدّل الحساب الشخصي',
      'webhook.create': 'أُنشئ Webhook',
      'webhook.delete': 'حُذف Webhook',
      'webhook.disable': 'عُطّل Webhook',
      'webhook.replay': 'أُعيد تسليم',
      'webhook.rotate_secret': 'سر جديد لـ Webhook',
      'webhook.test': 'اختُبر Webhook',
      'webhook.update': 'عُدّل Webhook',
      'widget.add_key': 'أُضيف مفتاح أداة',
      'widget.create': 'أُنشئت أداة',
      'widget.delete': 'حُذفت أداة',
      'widget.remove_key': 'أُزيل مفتاح أداة',
      'widget.update': 'عُدّلت أداة',
      'workspace.update': 'عُدّلت مساحة العمل'
    }
  },

  systemPage: {
    ready: 'جاهز',
    readyText: 'يجيب عن الطلبات ويكتب في قاعدة البيانات.',
    notReady: 'غير جاهز',
    notReadyText: 'لا يجيب الخادم عن أسئلة هذه الصفحة.',
    clock: 'الساعة',
    serverTime: 'وقت الخادم',
    drift: 'مقارنةً بهذا المتصفح',
    inStep: 'متوافقة',
    ahead: (span: string) => `متقدمة ${span}`,
    behind: (span: string) => `متأخرة ${span}`,
    driftHelp: 'تعيش الرموز دقائق معدودة: الساعة غير المضبوطة تُبطلها.',
    live: 'الرموز السارية',
    id: 'المعرّف',
    server: 'الخادم',
    thisServer: 'هذا الخادم',
    started: 'بدأ التشغيل',
    seen: 'آخر إشارة حياة',
    kinds: { sqlite: 'SQLite', postgres: 'PostgreSQL' }
  },

  sessionsPage: {
    endOthers: 'إنهاء كل الجلسات الأخرى',
    ended: (n: number) =>
      plural(n, {
        zero: 'لم تُنهَ أي جلسة.',
        one: 'أُنهيت جلسة واحدة.',
        two: 'أُنهيت جلستان.',
        few: 'أُنهيت # جلسات.',
        many: 'أُنهيت # جلسة.',
        other: 'أُنهيت # جلسة.'
      }),
    noOthers: 'دخولك مسجَّل هنا فقط.'
  },

  preview: {
    title: 'معاينة',
    text: 'كما يراها العملاء، ببيانات نموذجية. مع ما لم يُحفظ بعد.',
    frame: 'معاينة الأداة',
    device: 'الجهاز',
    devices: { phone: 'هاتف', desktop: 'حاسوب' },
    state: 'الحالة',
    states: {
      ready: 'قبل الضغط',
      code: 'مع رمز',
      linked: 'بعد النجاح',
      held: 'السؤال قبل الربط',
      undone: 'بعد «لست أنا»',
      links: 'القنوات المربوطة',
      expired: 'منتهية الصلاحية',
      signed_out: 'دون تسجيل دخول',
      unavailable: 'غير متاحة'
    },
    language: 'اللغة',
    scheme: 'فاتح أو داكن',
    schemes: { light: 'فاتح', dark: 'داكن' },
    direction: 'الاتجاه',
    directions: { ltr: 'من اليسار إلى اليمين', rtl: 'من اليمين إلى اليسار' },
    ours: 'مرفق مع Countersign',
    yours: 'نصك',
    reset: 'العودة إلى المرفق'
  },

  widgetPage: {
    seen: 'آخر ظهور في صفحة',
    neverSeen: 'لم تظهر في أي صفحة بعد',
    framework: 'الصفحة',
    frameworks: { html: 'HTML عادي', react: 'React' },
    language: 'لغة الخادم',
    integrityHelp: 'يقارن المتصفح الملف بقيمة integrity ويرفض الملف المعدَّل.',
    unsaved: 'لم يُحفظ بعد'
  },

  codesPage: {
    customer: 'العميل',
    nobody: 'لم يُسمَّ أحد بعد',
    issuer: 'أصدره',
    issuers: { api_key: 'خادمك', signed_widget: 'أداة موقَّعة', plain_widget: 'أداة غير موقَّعة' },
    why: {
      live: 'لم يُرسَل بعد',
      expired: 'لم يُرسَل في الوقت المحدد',
      superseded: 'حل محله رمز أحدث',
      revoked: 'ألغاه شخص',
      used: 'جرى التراجع عن ربطه أو إزالته'
    }
  },

  filters: {
    masked: 'بعض القيم محجوبة عن دورك. ما زال بإمكانك البحث بالقيمة كاملة.',
    notLinked: 'غير مربوط',
    notLinkedHelp: 'معروف لديك، لكن لم يثبت بعد أن أي حساب يخصه.'
  },

  chatSettings: {
    availability: 'متى يكون أحد حاضرًا',
    availabilityHelp: 'حين لا يكون أحد حاضرًا يترك الزوار رسالة باسم وعنوان.',
    availabilities: { auto: 'حسب النشطين من الفريق', online: 'دائمًا', offline: 'أبدًا' },
    offlineText: 'ما يقرؤه الزوار حين لا يكون أحد حاضرًا',
    offlineHelp: 'إن تُرك فارغًا: نصنا بلغتهم.',
    files: 'يجوز للزوار إرسال ملفات',
    questions: 'أسئلة قبل الدردشة',
    questionsHelp: 'للزوار غير المسجَّل دخولهم. إجاباتهم ادعاء ولا تثبت شيئًا.',
    question: (n: number) => `السؤال ${n}`,
    kind: (n: number) => `نوع إجابة السؤال ${n}`,
    kinds: { text: 'نص', email: 'بريد إلكتروني', phone: 'هاتف', choice: 'اختيار' },
    options: (n: number) => `خيارات السؤال ${n}`,
    optionsHint: 'طلب، توصيل، غير ذلك',
    required: 'تنتظر الدردشة إجابة',
    remove: (n: number) => `إزالة السؤال ${n}`,
    add: 'إضافة سؤال'
  }
};
