import type { Translation } from '../shape';

/** Attributes that are needed before a conversation is closed. */
export const closing = {
  closing: {
    required: 'مطلوبة لإغلاق المحادثة',
    requiredHelp: 'لا أحد يغلق محادثة قبل أن تكون لهذه السمة قيمة، لا يدويًا ولا عبر واجهة API. أما القواعد والمؤقتات فتغلقها.',
    tag: 'مطلوبة للإغلاق',
    title: 'قبل الإغلاق',
    text: 'هذه مطلوبة قبل إغلاق المحادثة.',
    textEnd: 'هذه مطلوبة قبل إنهاء الدردشة وإغلاق الحالة.',
    close: 'حفظ وإغلاق',
    mayNot: 'يغيّر آخرون في فريقك بيانات العملاء. اطلب منهم تعبئة:',
    unknown: 'املأ ما ينقص في اللوحة بجانب المحادثة.',
    yes: 'نعم',
    no: 'لا',
    choose: 'اختر'
  }
} satisfies Translation;
