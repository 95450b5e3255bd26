import { plural } from '../../format/plural';

export const inbox = {
  status: { open: 'مفتوحة', pending: 'معلّقة', closed: 'مغلقة' },
  priority: { low: 'منخفضة', normal: 'عادية', high: 'مرتفعة', urgent: 'عاجلة' },

  inbox: {
    title: 'الوارد',
    queue: 'قائمة الانتظار',
    count: (n: number, more: boolean) => (more ? `${n}+` : `${n}`),
    fresh: (n: number) =>
      plural(n, { zero: 'لا جديد', one: 'حالة جديدة', two: 'حالتان جديدتان', few: '# جديدة', many: '# جديدة', other: '# جديدة' }),
    freshLabel: (n: number) =>
      plural(n, {
        zero: 'لا حالات جديدة',
        one: 'عرض حالة جديدة واحدة',
        two: 'عرض حالتين جديدتين',
        few: 'عرض # حالات جديدة',
        many: 'عرض # حالة جديدة',
        other: 'عرض # حالة جديدة'
      }),
    waiting: (span: string) => `ينتظر منذ ${span}`,
    waitingTitle: (at: string) => `ينتظر الرد منذ ${at}`,
    unread: (n: number) =>
      plural(n, {
        zero: 'لا رسائل غير مقروءة',
        one: 'رسالة واحدة غير مقروءة',
        two: 'رسالتان غير مقروءتين',
        few: '# رسائل غير مقروءة',
        many: '# رسالة غير مقروءة',
        other: '# رسالة غير مقروءة'
      }),
    filters: 'عوامل التصفية',
    filterStatus: 'الحالة',
    filterAssignee: 'مسندة إلى',
    group: 'المجموعة',
    anyGroup: 'أي مجموعة',
    noGroup: 'بلا مجموعة',
    filterChannel: 'القناة',
    filterLevel: 'المستوى',
    sort: 'الترتيب',
    sortWaiting: 'الأطول انتظارًا',
    sortNewest: 'الأحدث',
    mine: 'إليّ',
    nobody: 'لا أحد',
    anyStatus: 'أي حالة',
    anybody: 'أي شخص',
    anyChannel: 'أي قناة',
    anyLevel: 'أي مستوى',
    empty: 'لا أحد ينتظر',
    emptyText: 'تظهر المحادثات هنا فور أن يكتب عميل على إحدى قنواتك.',
    emptyAction: 'ربط قناة',
    pick: 'اختر محادثة',
    back: 'العودة إلى القائمة',
    showPanel: 'من هذا',
    you: 'أنت',
    noMessages: 'لا رسائل بعد',
    loadEarlier: 'رسائل أقدم',
    chatEnded: 'انتهت الدردشة',
    caseNumber: (n: number) => `الحالة ${n}`,
    nextKey: 'المحادثة التالية',
    previousKey: 'المحادثة السابقة',
    replyKey: 'كتابة رد',
    noteKey: 'كتابة ملاحظة',
    assignKey: 'الإسناد إليّ'
  },

  conversation: {
    assign: 'إسناد',
    assignTo: 'إسناد إلى',
    toMe: 'الإسناد إليّ',
    unassign: 'لا أحد',
    unassigned: 'غير مسندة',
    statusLabel: 'الحالة',
    priorityLabel: 'الأولوية',
    askForCode: 'طلب رمز',
    asked: 'طُلب رمز.',
    askedAlready: (ago: string) => `طُلب ${ago}`,
    endChat: 'إنهاء الدردشة',
    endTitle: 'هل تريد إنهاء هذه الدردشة؟',
    endText: 'سيرى العميل أن الدردشة انتهت. أي رسالة جديدة تبدأ دردشة أخرى.',
    endStatus: 'الحالة بعد ذلك',
    reply: 'رد',
    note: 'ملاحظة',
    kind: 'نوع الرسالة',
    replyTo: (name: string) => `الرد على ${name}`,
    replyPlaceholder: 'اكتب ردًا…',
    notePlaceholder: 'اكتب ملاحظة لا يراها إلا فريقك…',
    send: 'إرسال',
    addNote: 'إضافة ملاحظة',
    sendHint: (isApple: boolean) => `${isApple ? '⌘' : 'Ctrl'} Enter للإرسال`,
    cannot: 'يمكنك قراءة هذه المحادثة، لا الرد عليها.',
    from: { customer: 'العميل', user: 'الموظف', system: 'Countersign', rule: 'القاعدة', api: 'API' },
    noteBy: (name: string) => `ملاحظة من ${name}`,
    noteMine: 'ملاحظتك',
    noText: 'مرفق بلا نص',
    codeValid: 'قُبل الرمز',
    codeInvalid: 'لم يُقبل الرمز',
    identified: (level: string) => `${level} برمز التعريف`,
    retry: 'إعادة الإرسال',
    attachment: (name: string, size: string) => `${name}، ${size}`,
    attachmentHint: 'من العميل. يُفتح في موقع آخر.',
    fileComing: 'في الطريق: يُجلَب الملف من القناة.',
    fileLost: 'لم يُحفظ: لم تسلّمه القناة، أو لا تُقبل الملفات من هذا النوع.',
    attach: 'إرفاق ملف',
    uploading: (name: string) => `جارٍ رفع ${name}…`,
    notUploaded: (name: string) => `لم يُرفع ${name}.`,
    removeFile: (name: string) => `إزالة ${name}`,
    typing: (name: string) => `${name} يكتب…`,
    hereToo: (names: string, n: number) =>
      plural(n, {
        zero: `${names} هنا أيضًا`,
        one: `${names} هنا أيضًا`,
        two: `${names} هنا أيضًا`,
        few: `${names} هنا أيضًا`,
        many: `${names} هنا أيضًا`,
        other: `${names} هنا أيضًا`
      }),
    newMessages: (n: number) =>
      plural(n, {
        zero: 'لا رسائل جديدة',
        one: 'رسالة جديدة واحدة',
        two: 'رسالتان جديدتان',
        few: '# رسائل جديدة',
        many: '# رسالة جديدة',
        other: '# رسالة جديدة'
      })
  },

  delivery: {
    queued: 'بانتظار الإرسال',
    sent: 'أُرسلت',
    delivered: 'سُلّمت',
    read: 'قُرئت',
    failed: 'لم تُرسَل'
  },

  outcome: {
    valid: 'الرمز الأخير كان صحيحًا.',
    not_sent: 'لم يُرسَل أي رمز بعد.',
    invalid: 'الرمز الأخير لم يكن صحيحًا.',
    reason: {
      malformed: 'لم يكن رمزًا: نقص منه حرف أو كان فيه خطأ.',
      unknown: 'لم يُعطَ أحد رمزًا كهذا.',
      expired: 'كانت صلاحيته قد انتهت. اطلب رمزًا جديدًا.',
      superseded: 'كان رمز أحدث قد حل محله.',
      used: 'سبق استخدامه. يعمل الرمز مرة واحدة.',
      wrong_channel: 'كان مخصصًا لقناة أخرى.',
      unconfirmed: 'صحيح، لكن أحدهم يخمّن الرموز: يجب أن يؤكده العميل في الصفحة التي أصدرته.',
      locked: 'وردت من هذا الحساب رموز خاطئة كثيرة. هو مقفل لبعض الوقت.',
      revoked: 'كان قد أُلغي.'
    }
  },

  panel: {
    title: 'من هذا',
    verify: 'تحقق',
    openProfile: 'فتح صفحة العميل',
    howWeKnow: 'كيف نعرف ذلك',
    recorded: 'سُجّل',
    ends: 'ينتهي',
    noEvidence: 'لا دليل لهذا الحساب بعد.',
    details: 'التفاصيل',
    attributes: 'السمات',
    claims: 'ما يقوله عن نفسه',
    claimsHelp: 'ما نقلته القناة دون إثبات. لا يغيّر شيئًا بذاته.',
    links: 'عمليات الربط',
    noLinks: 'لا قناة مربوطة.',
    email: 'البريد الإلكتروني',
    phone: 'الهاتف',
    externalId: 'المعرّف الخارجي',
    language: 'اللغة',
    account: 'الحساب',
    kind: 'النوع',
    proved: 'مُثبَت',
    notProved: 'غير مُثبَت',
    anonymous: 'شخص لا نعرفه بعد'
  },

  link: {
    unlink: 'فك الربط',
    unlinkTitle: 'هل تريد فك ربط هذا الحساب؟',
    unlinkText: (account: string, channel: string, name: string) =>
      `لن يُعد الحساب «${account}» على ${channel} تابعًا لـ ${name} بعد الآن. تبقى المحادثة وينخفض مستواها إلى مجهول. يمكن التراجع عن ذلك.`,
    unlinked: 'فُك الربط.',
    undo: 'التراجع عن الربط',
    undoTitle: 'هل تريد التراجع عن هذا الربط؟',
    undoText: 'يعود ما كان قبل هذا الربط كما كان تمامًا.',
    undone: 'تم التراجع.',
    ended: {
      unlinked: 'فكّه أحد الزملاء',
      undone: 'تم التراجع عنه',
      superseded: 'حل محله ربط أحدث',
      expired: 'انتهت صلاحيته',
      provider_id_changed: 'تغيّر الحساب لدى القناة',
      erased: 'مُحي'
    }
  },

  explanation: {
    api_code: 'أرسل رمزًا لمرة واحدة أصدره خادمك لهذا العميل.',
    signed_widget_code: 'أرسل رمزًا لمرة واحدة عُرض في موقعك بعد تسجيل الدخول؛ وقّع خادمك هويته.',
    plain_widget_code: 'أرسل رمزًا لمرة واحدة من صفحة بياناتها غير موقَّعة: كان بوسع أي أحد كتابتها.',
    signed_session: 'يدردش من موقعك بعد تسجيل الدخول؛ وقّع خادمك هويته.',
    agent_confirmed: 'ذكر موظف أن هذا الحساب للعميل.',
    claimed: 'هذا ما ذكره العميل أو القناة.',
    oidc: 'سجّل الدخول لدى مزوّد هوية تثق به.',
    call_back: 'قرأ رمزًا أُرسل إلى رقم مسجّل.',
    policy: 'اجتاز تحققًا.',
    lookup_pin: 'تطابق رقم الحساب والرقم السري في نظامك.',
    caller_id: 'يتصل من رقم يخصّه؛ ويمكن تزوير الأرقام.',
    device: 'يستخدم جهازًا شوهد من قبل مع هذا العميل.',
    page_event: 'ذكرته صفحة بلا توقيع: كان يمكن لأي أحد كتابتها.',
    attested: 'يقول مزوّد القناة إن هذا العنوان أو الرقم يخصّه.',
    import: 'ذكر خادمك أن هذا الحساب للعميل.'
  }
};
