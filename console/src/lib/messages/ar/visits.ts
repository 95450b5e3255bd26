import { plural } from '../../format/plural';

/** من على المواقع، وما الذي اطّلع عليه. */
export const visits = {
  visits: {
    title: 'الزوار الآن',
    text: 'من على مواقعك في هذه اللحظة، وعلى ماذا يطّلع، ومدى التأكد ممن يكون.',
    show: 'أي الزيارات',
    live: 'الآن',
    all: 'الكل',
    count: (n: number) =>
      plural(n, { zero: '# زائر الآن', one: 'زائر واحد الآن', two: 'زائران الآن', few: '# زوار الآن', many: '# زائرًا الآن', other: '# زائر الآن' }),
    more: (n: number) =>
      plural(n, { zero: '# زائر جديد', one: 'زائر جديد', two: 'زائران جديدان', few: '# زوار جدد', many: '# زائرًا جديدًا', other: '# زائر جديد' }),
    site: 'الموقع',
    anySite: 'كل المواقع',
    stateFilter: 'الحالة',
    anyState: 'كل الحالات',
    ofCustomer: 'زيارات عميل واحد',
    ofCountry: 'زيارات من بلد واحد',
    ofDevice: 'زيارات جهاز واحد',
    visitor: 'زائر',
    perhaps: 'ربما',
    on: 'الصفحة',
    pages: (n: number) => plural(n, { zero: '# صفحة', one: 'صفحة واحدة', two: 'صفحتان', few: '# صفحات', many: '# صفحة', other: '# صفحة' }),
    time: 'على الموقع',
    source: 'جاء من',
    direct: 'مباشرة',
    now: 'على الموقع الآن',
    last: 'آخر ظهور',
    empty: 'لا أحد هنا في هذه اللحظة',
    emptyText: 'من يفتح صفحة تحمل المقطع يظهر هنا من تلقاء نفسه.',
    emptyAll: 'لا زيارات بعد',
    seeAll: 'عرض الزيارات السابقة',
    sites: 'إعداد موقع',
    state: { anonymous: 'مجهول', recognised: 'متعرَّف عليه', assumed: 'مفترض', authenticated: 'موثَّق الهوية' },
    meaning: {
      anonymous: 'لا شيء يدل على صاحبه.',
      recognised: 'سجّل الخروج، أو ذكرته الصفحة: مؤكد في البداية، ويقل مع كل دقيقة بلا نشاط.',
      assumed: 'تخمين: سجّل أحدهم الدخول في هذا المتصفح من قبل.',
      authenticated: 'مسجَّل الدخول على الموقع في هذه اللحظة.'
    },
    unsigned: 'هذا قول الصفحة فحسب: جاء تسجيل الدخول دون رمز مميز من الخادم.',
    sure: (percent: string) => `التأكد ${percent}`
  },

  visit: {
    title: 'زيارة',
    who: 'من',
    called: 'اسمه في الموقع',
    began: 'بدأت',
    ended: 'انتهت',
    lasted: 'دامت',
    entry: 'أول صفحة',
    current: 'يطّلع على',
    seen: 'الصفحات والأحداث',
    events: (n: number) => plural(n, { zero: '# حدث', one: 'حدث واحد', two: 'حدثان', few: '# أحداث', many: '# حدثًا', other: '# حدث' }),
    device: 'الجهاز',
    devices: { desktop: 'حاسوب', mobile: 'هاتف', tablet: 'جهاز لوحي' },
    country: 'البلد',
    confirmedBy: (name: string) => `أكّده ${name}`,
    rejectedBy: (name: string) => `استبعده ${name}`,
    language: 'اللغة',
    deviceVisits: 'زيارات أخرى من هذا الجهاز',
    shared: 'يستخدم هذا الجهاز أكثر من شخص',
    sharedText: 'من كان هنا من قبل لا يدل كثيرًا على من هنا الآن. تبقى صفحات كل شخص منفصلة: لا يظهر أحد مع صفحات غيره.',
    candidates: 'من قد يكون',
    candidatesText: 'من زيارات سابقة لهذا الجهاز. تخمين حتى تعرف ما هو أدق.',
    uncertain: 'أهو هذا الشخص؟',
    confirm: 'تأكيد',
    reject: 'ليس هذا الشخص',
    confirmTitle: 'تأكيد من هو؟',
    confirmText: 'تظهر الزيارة مع هذا الشخص من ذلك الحين. لا يرفع هذا أي مستوى: لا يُعد إثباتًا إلا ما أثبته هو.',
    rejectTitle: 'ليس هذا الشخص؟',
    rejectText: 'لا تظهر الزيارة بعد ذلك مع هذا الشخص، ولا يُقترح لها مرة أخرى.',
    confirmed: 'تم التأكيد والتسجيل.',
    rejected: 'تم النفي والتسجيل.',
    story: 'ما حدث',
    empty: 'لم تُفتح أي صفحة بعد.',
    moreEvents: 'عرض المزيد من الأحداث',
    band: {
      before: 'قبل تسجيل الدخول',
      session: 'مسجَّل الدخول',
      recognised: 'متعرَّف عليه',
      anonymous: 'لا أحد معروف'
    },
    beforeOf: 'تظهر مع من سجّل الدخول بعدها',
    afterOut: 'بعد تسجيل الخروج',
    signed: 'برمز مميز موقَّع',
    unsigned: 'قول الصفحة فحسب',
    stillIn: 'ما زال مسجَّل الدخول',
    until: (from: string, to: string) => `من ${from} إلى ${to}`,
    active: (time: string) => `${time} من النشاط`,
    stayed: (time: string) => `${time} على الصفحة`,
    open: 'مفتوحة الآن',
    signIn: 'تسجيل دخول',
    signOut: 'تسجيل خروج',
    userInfo: 'قالت الصفحة من هو',
    untitled: 'صفحة بلا اسم'
  },

  customerVisits: {
    title: 'الزيارات',
    all: 'كل الزيارات',
    empty: 'لا تُعرف أي زيارة لموقع.',
    line: (site: string) => `زيارة ${site}`,
    began: 'بدأت من',
    more: (n: number) => plural(n, { zero: 'و# أخرى', one: 'وواحد آخر', two: 'واثنان آخران', few: 'و# أخرى', many: 'و# أخرى', other: 'و# أخرى' })
  },

  onWebsite: {
    now: 'على الموقع الآن',
    last: 'آخر مرة على الموقع',
    open: 'فتح الزيارة'
  }
};
