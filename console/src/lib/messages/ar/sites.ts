import { number, plural } from '../../format/plural';

/** مواقع تخبر صفحاتها بما يفعله زوارها. */
export const sites = {
  sites: {
    title: 'المواقع',
    text: 'مواقع تخبر Countersign بما يفعله زوارها، فترى من الموجود الآن وما الذي اطّلع عليه.',
    create: 'موقع جديد',
    edit: 'الاسم والعناوين',
    empty: 'لا موقع بعد',
    emptyText: 'سجّل موقعًا وضع سطرًا واحدًا في صفحاته، فيظهر زواره ضمن «الزوار الآن».',
    origins: 'العناوين',
    originsHelp: 'أين توجد الصفحات، عنوان في كل سطر، مثل https://shop.example. تُرفض الأحداث من أي عنوان آخر.',
    lastEvent: 'آخر حدث',
    states: { active: 'نشط', paused: 'موقوف مؤقتًا' },
    pause: 'إيقاف مؤقت',
    resume: 'استئناف',
    pausedText: 'هذا الموقع موقوف مؤقتًا: يُرفض ما ترسله صفحاته.',
    deleteTitle: (name: string) => `حذف ${name}؟`,
    deleteText: 'يتوقف مفتاحه عن العمل فورًا: يُرفض كل ما ترسله صفحاته بعد ذلك.',
    tabs: 'ما تريد إعداده',
    tab: { snippet: 'المقطع البرمجي', privacy: 'الخصوصية', triggers: 'الفئات والمشغّلات', uncertain: 'زوار غير مؤكدين', events: 'الأحداث' },
    mayNot: 'يمكنك الاطلاع. ولتغيير شيء يجب أن يحق لدورك تغيير المواقع.'
  },

  siteSnippet: {
    title: 'ضع هذا في كل صفحة',
    text: 'في أي مكان داخل head. يُحمَّل إلى جانب الصفحة، ولا يؤخر شيئًا، ولا يضر حيث يُحجب.',
    consentNote: (call: string) => `هذا الموقع يسأل أولًا: لا يُرسل شيء قبل أن تستدعي صفحتك ${call}.`,
    key: 'مفتاح الكتابة',
    keyHelp: 'ليس سرًّا: يوجد في صفحاتك، ولا يقبل الأحداث إلا من عناوينك، ولا يقرأ شيئًا.',
    integrity: 'سلامة الملف',
    integrityHelp: 'لا يشغّل المتصفح البرنامج إلا إذا كان هذا بعينه.',
    waiting: 'في انتظار أول حدث',
    waitingText: 'افتح صفحة تحمل المقطع. يتغير هذا من تلقاء نفسه.',
    works: 'الأحداث تصل',
    last: 'آخرها',
    seeEvents: 'عرض الأحداث',
    seeVisitors: 'عرض الموجودين',
    signIn: 'أخبر بمن يسجّل الدخول',
    signInText: 'استدعِ هذا حين يسجّل عميل الدخول أو الخروج. برمز مميز وقّعه خادمك تكون الزيارة موثَّقة الهوية؛ ومن دونه فهو قول الصفحة فحسب.'
  },

  sitePrivacy: {
    consent: 'الموافقة',
    consents: {
      required: ['اسأل أولًا', 'لا يُرسل شيء ولا يُحفظ ولا يُرقَّم قبل أن تقول صفحتك إن الزائر موافق.'],
      assumed: ['ابدأ فورًا', 'تُرسل الأحداث من أول صفحة. حيث يسمح القانون، أو حيث سألت صفحتك من قبل.']
    } as Record<'required' | 'assumed', [string, string]>,
    storage: 'كيف يُعرف المتصفح مرة أخرى',
    storages: {
      cookie: ['بملف تعريف ارتباط من الخادم', 'يُعرف حتى سنة. لا تستطيع برامج الصفحة قراءة هذا الملف.'],
      storage: ['بمخزن المتصفح', 'يُعرف حتى يمسحه الزائر. تستطيع برامج الصفحة قراءته.'],
      none: ['لا يُعرف', 'لا تبقى المعرّفات إلا ما دامت الصفحة مفتوحة. لا يُعرف أحد مرة أخرى، وكل صفحة زيارة مستقلة.']
    } as Record<'cookie' | 'storage' | 'none', [string, string]>,
    signals: 'احترام إشارات المتصفحات',
    signalsHelp: 'المتصفح الذي يرسل Global Privacy Control أو Do Not Track لا يُعطى معرّف جهاز، ولا يُحفظ فيه شيء.',
    query: 'ما يُحتفظ به من العناوين',
    queryHelp: 'أسماء المعاملات التي تبقى. يُقطع ما سواها في المتصفح قبل إرسال أي شيء.',
    daily: 'أقصى عدد للأحداث في اليوم',
    dailyHelp: 'ما زاد على ذلك يُرفض ويُحسب.',
    today: (events: number, refused: number) => `وصل اليوم ${number(events)}، ورُفض ${number(refused)} لكثرتها.`,
    idle: 'تنتهي الزيارة بعد',
    idleHelp: 'دقائق لا يحدث فيها شيء.',
    save: 'حفظ الخصوصية'
  },

  siteTriggers: {
    categories: 'الفئات',
    categoriesText: 'أسماء لأجزاء من موقعك. تنتمي الصفحة إلى فئة حين يحتوي عنوانها أو اسمها على النص.',
    addCategory: 'إضافة فئة',
    editCategory: 'فئة',
    noCategories: 'لا فئات',
    noCategoriesText: 'بها تجد الزيارات بحسب ما اطُّلع عليه، مثل القروض أو الأسعار.',
    where: 'البحث في',
    places: { url: 'العنوان', title: 'اسم الصفحة' },
    contains: 'يحتوي على',
    triggers: 'المشغّلات',
    triggersText: 'أحداث ترسلها الصفحات من تلقاء نفسها، دون سطر برمجي واحد فيها.',
    addTrigger: 'إضافة مشغّل',
    editTrigger: 'مشغّل',
    noTriggers: 'لا مشغّلات',
    noTriggersText: 'مثلًا: يبقى أحدهم نصف دقيقة، أو يضغط الزر الذي يفتح حسابًا.',
    removeTitle: (name: string) => `إزالة ${name}؟`,
    removeText: 'يبقى ما سبق إرساله.',
    event: 'اسم الحدث',
    when: 'متى',
    actions: { timer: 'بعد مدة', click: 'عند النقر', scroll: 'عند التمرير', submit: 'عند إرسال نموذج' },
    seconds: 'الثواني',
    percent: 'نسبة من الصفحة',
    element: 'العنصر',
    elementHelp: 'محدِّد CSS، مثل ‎#open-account أو ‎.buy.',
    formHelp: 'محدِّد CSS؛ ومن دونه أي نموذج. لا يُقرأ ما كُتب فيه أبدًا.',
    page: 'فقط في صفحات يحتوي عنوانها على',
    condition: 'يُحسب',
    conditions: { always: 'دائمًا', focused: 'ما دام التركيز على الصفحة', visible: 'ما دامت الصفحة ظاهرة' },
    postcondition: 'ثم يُرسل',
    postconditions: { none: 'في كل الأحوال', focused: 'فقط إذا كان التركيز على الصفحة' },
    values: 'يُرسل معه',
    valuesHelp: 'حتى 200 حرف لكل قيمة. لا تُقرأ حقول النماذج ولا كلمات المرور أبدًا.',
    addValue: 'إضافة قيمة',
    value: 'قيمة',
    valueName: 'الاسم',
    from: 'المصدر',
    froms: { text: 'نص عنصر', attribute: 'سمة عنصر', constant: 'نص ثابت' },
    selector: 'العنصر (محدِّد CSS)',
    attribute: 'السمة',
    constant: 'النص',
    says: {
      timer: (n: number) =>
        plural(n, { zero: 'بعد # ثانية', one: 'بعد ثانية واحدة', two: 'بعد ثانيتين', few: 'بعد # ثوانٍ', many: 'بعد # ثانية', other: 'بعد # ثانية' }),
      click: (element: string) => `نقر على ${element}`,
      scroll: (percent: string) => `تمرير ${percent} من الصفحة`,
      submit: (element: string) => `إرسال ${element}`
    },
    anyForm: 'أي نموذج',
    onPages: (part: string) => `في صفحات فيها ${part}`
  },

  siteUncertain: {
    text: 'ما تُخبَر به المحادثات ما دام غير مؤكد من الموجود. لا شيء هنا يرفع مستوى: التخمين ليس إثباتًا أبدًا.',
    recognised: 'زوار متعرَّف عليهم',
    recognisedText: 'سجّلوا الخروج، أو ذكرتهم صفحتك دون تسجيل دخول. مؤكد في البداية، ويقل مع كل دقيقة بلا نشاط.',
    assumed: 'زوار مفترضون',
    assumedText: 'سجّل أحدهم الدخول في هذا المتصفح من قبل. تخمين من زيارات سابقة، وليس ربطًا بعميل أبدًا.',
    strategies: {
      anonymous: ['غير معروف الهوية', 'يُعامل كغريب: لا يُذكر اسم أحد.'],
      identified: ['معروف الهوية', 'يظهر الاسم مع مدى التأكد منه.'],
      ask: ['اسأل الموظف', 'يرى الموظف من قد يكون، فيؤكد أو ينفي مع ذكر السبب.']
    } as Record<'anonymous' | 'identified' | 'ask', [string, string]>,
    save: 'حفظ'
  },

  siteEvents: {
    inspector: 'ما يصل',
    inspectorText: 'أحدث أحداث كل الزوار، قُبلت أم لم تُقبل. تظهر الجديدة من تلقاء نفسها.',
    time: 'الوقت',
    event: 'الحدث',
    outcome: 'النتيجة',
    outcomes: { accepted: 'مقبول', warned: 'مقبول مع تحذير', refused: 'مرفوض' },
    types: { system: 'من النظام', business: 'خاص بالعمل' },
    page: 'الصفحة',
    size: 'الحجم',
    filter: 'أي الأحداث',
    any: 'كل الأحداث',
    empty: 'لم يصل شيء بعد',
    emptyText: 'افتح صفحة تحمل المقطع. يظهر ما ترسله هنا فورًا، وإن رُفض فسببه أيضًا.',
    reason: {
      too_old: 'مضى عليه أكثر من يوم.',
      too_large: 'أكبر من 8 كيلوبايت.',
      too_many: 'وصلت أحداث كثيرة جدًا دفعة واحدة.',
      no_name: 'بلا اسم، أو اسمه أطول مما ينبغي.',
      bad_id: 'معرّفه لا يدل على شيء، مثل «null» أو «undefined».',
      bad_shape: 'ليس على هيئة حدث.',
      unknown_kind: 'نوعه غير معروف.',
      schema: 'ليس كما يقول مخططه.',
      bad_token: 'الرمز المميز لتسجيل الدخول غير صالح.',
      bad_url: 'تعذرت قراءة عنوانه.',
      unknown_origin: 'وصل من عنوان غير مسجَّل.',
      paused: 'الموقع موقوف مؤقتًا.',
      rate_limited: 'وصل أكثر مما ينبغي من عنوان واحد.'
    } as Record<string, string>,
    otherReason: (code: string) => `لسبب آخر: ${code}`,
    schemas: 'كيف تبدو أحداثك',
    schemasText: 'مخطط JSON لبيانات حدث. تُقبل الأحداث التي لا مخطط لها كما تصل.',
    addSchema: 'إضافة مخطط',
    editSchema: 'مخطط',
    noSchemas: 'لا مخططات',
    noSchemasText: 'بالمخطط تلاحظ فورًا حين ترسل صفحة غير ما اتُّفق عليه.',
    schema: 'مخطط JSON',
    badJson: 'لا يمكن قراءة هذا بصيغة JSON.',
    mode: 'إن لم يطابق',
    modes: {
      warn: ['تحذير', 'يُقبل الحدث ويُعلَّم هنا.'],
      refuse: ['رفض', 'لا يُقبل الحدث.']
    } as Record<'warn' | 'refuse', [string, string]>,
    schemaRemoveText: 'تُقبل الأحداث بهذا الاسم بعد ذلك كما تصل.'
  }
};
