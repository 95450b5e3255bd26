import { plural } from '../../format/plural';

/** What rules did in a conversation; by the words of `GET /v1/cases/{id}/firings`. */
export const firings = {
  firings: {
    fired: (name: string) => `عملت القاعدة «${name}»`,
    line: (rule: string, what: string) => `${rule}: ${what}`,
    nothing: 'لم يُنفَّذ شيء',
    open: 'فتح القاعدة',
    heldBack: (n: number) => plural(n, { zero: '# إجراء محجوز', one: 'إجراء واحد محجوز', two: 'إجراءان محجوزان', few: '# إجراءات محجوزة', many: '# إجراءً محجوزًا', other: '# إجراء محجوز' }),
    outcome: { held: 'حُجب', skipped: 'لم يُنفَّذ' } as Record<string, string>,
    because: {
      new_case: 'بدأت محادثة',
      message: 'وصلت رسالة',
      change: 'تغيّر شيء',
      half_hour: 'مرّت نصف الساعة',
      delay: 'انتهت مهلتها'
    } as Record<string, string>,
    did: {
      send_message: 'أُرسلت رسالة',
      ask_for_code: 'طُلب رمز',
      end_chat: 'أُنهيت الدردشة',
      set_status: 'غُيّرت الحالة',
      set_priority: 'غُيّرت الأولوية',
      assign_agent: 'أُسندت إلى شخص',
      assign_group: 'حُوّلت إلى مجموعة',
      assign_round_robin: 'أُسندت بالتناوب',
      unassign: 'أُلغي الإسناد',
      add_labels: 'أُضيفت تصنيفات',
      remove_labels: 'أُزيلت تصنيفات',
      set_attribute: 'ضُبطت سمة',
      note: 'كُتبت ملاحظة',
      notify: 'أُبلغ زملاء',
      email_customer: 'كُتبت رسالة بريد',
      webhook: 'استُدعي خادم آخر',
      stop: 'أُوقفت القواعد التالية'
    } as Record<string, string>,
    action: {
      send_message: 'إرسال رسالة',
      ask_for_code: 'طلب رمز',
      end_chat: 'إنهاء الدردشة',
      set_status: 'تغيير الحالة',
      set_priority: 'تغيير الأولوية',
      assign_agent: 'الإسناد إلى شخص',
      assign_group: 'التحويل إلى مجموعة',
      assign_round_robin: 'الإسناد بالتناوب',
      unassign: 'إلغاء الإسناد',
      add_labels: 'إضافة تصنيفات',
      remove_labels: 'إزالة تصنيفات',
      set_attribute: 'ضبط سمة',
      note: 'كتابة ملاحظة',
      notify: 'إبلاغ زملاء',
      email_customer: 'كتابة رسالة بريد',
      webhook: 'استدعاء خادم آخر',
      stop: 'إيقاف القواعد التالية'
    } as Record<string, string>,
    reason: {
      same_rule: 'كانت القاعدة قد ردّت في هذه المحادثة قبل أقل من دقيقة.',
      too_many: 'خرجت ثلاثة ردود تلقائية خلال عشر دقائق.',
      too_many_today: 'خرجت عشرة ردود تلقائية خلال يوم.',
      same_text: 'قيل النص نفسه مرتين خلال ساعة.',
      too_fast: 'الطرف الآخر يردّ أسرع مما يقرأ إنسان: الأرجح أنه آلة.',
      unproved: 'لا أحد يضمن المُرسِل، وقد أُرسلت إلى العنوان ثلاثة ردود تلقائية خلال يوم.',
      workspace: 'كانت مساحة العمل ترسل ردودًا تلقائية أكثر مما يُسمح به.',
      no_text: 'لم يبقَ نص يُقال.',
      limits_unreadable: 'تعذّرت قراءة الحدود.',
      nobody_in_the_group: 'لا أحد نشط في المجموعة.',
      too_many_labels: 'للمحادثة أقصى عدد مسموح من التصنيفات.',
      attribute_deleted: 'حُذفت السمة.',
      nobody_to_tell: 'لا أحد ممن ينبغي إبلاغهم نشط.',
      no_email_channel: 'لا صندوق بريد موصول.',
      no_email_address: 'لم يثبت أي عنوان للعميل.',
      no_address: 'لم يبقَ عنوان لاستدعائه.',
      address_too_long: 'صار العنوان أطول مما ينبغي.',
      body_too_long: 'صار المحتوى أطول مما ينبغي.'
    } as Record<string, string>
  }
};
