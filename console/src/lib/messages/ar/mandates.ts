export const mandates = {
  mandates: {
    title: 'الوكالات',
    create: 'إضافة وكالة',
    text: 'شخص يجوز له التصرف عن هذا العميل. الوكالة دليل: لا تُغيَّر، بل تُقصَّر أو تُلغى فقط.',
    none: 'لا يجوز لأحد التصرف عن هذا العميل.',
    directions: {
      represented: 'يجوز له التصرف عن هذا العميل',
      representative: 'هذا العميل يتصرف عن'
    },
    states: {
      active: 'سارية',
      future: 'لم تبدأ',
      ended: 'انتهت',
      revoked: 'ملغاة'
    },
    fromTo: (from: string, to: string) => `من ${from} إلى ${to}`,
    from: (from: string) => `من ${from} بلا نهاية`,
    representative: 'من يتصرف',
    chooseFirst: 'ابحث واختر من يتصرف.',
    kind: 'النوع',
    scope: 'لأي أمور',
    scopes: {
      topics: 'بعض المواضيع',
      all: 'كل المواضيع'
    },
    allHelp: 'بما فيها ما يُنشأ لاحقًا.',
    chooseTopics: 'اختر موضوعًا واحدًا على الأقل.',
    validFrom: 'أول يوم',
    validUntil: 'آخر يوم',
    untilHelp: 'فارغ: بلا نهاية.',
    documents: 'المستندات',
    documentTitle: 'ما هو',
    documentReference: 'أين يُحفظ',
    addDocument: 'إضافة مستند',
    shorten: 'تقصير',
    shortenTitle: 'تقصير هذه الوكالة',
    shortenText: 'تنتهي بعد اليوم الذي تختاره. لا يمكن إطالتها من جديد؛ يلزم لذلك وكالة جديدة.',
    shortened: 'قُصّرت الوكالة.',
    revoke: 'إلغاء',
    revokeTitle: 'هل تريد إلغاء هذه الوكالة؟',
    revokeText: 'تنتهي الآن، حتى في المحادثات الجارية، وتبقى في السجل.',
    revoked: 'أُلغيت الوكالة.'
  },
  locks: {
    title: 'الأقفال والاستثناءات',
    text: 'عملاء فشلت محاولات تحقق كثيرة لهم. من لم يُجرِ أيًّا منها يستطيع السماح بواحدة أخرى خلال ساعة.',
    empty: 'لا أحد مقفل',
    emptyText: 'من يفشل كثيرًا خلال يوم يظهر هنا.',
    failures: 'الفاشلة',
    until: 'مقفل حتى',
    open: 'يُسمح بواحدة أخرى',
    allow: 'السماح بواحدة أخرى',
    another: 'يجب أن يفعلها شخص آخر.',
    allowTitle: (name: string) => `السماح بواحدة أخرى لـ ${name}؟`,
    allowText: 'تحقق واحد خلال ساعة. إن فشل عاد القفل. عشرة أحرف على الأقل: تُحفظ في السجل.',
    allowed: 'يُسمح بواحدة أخرى لمدة ساعة.',
    alerts: 'إخفاقات غير معتادة',
    alert: (failed: number, all: number) => `فشل ${failed} من ${all} محاولات.`
  }
};
