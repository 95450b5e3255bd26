import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The end of a chat, and canned replies while one writes. */
export const answering = {
  chatTimer: {
    left: (time: string) => `تنتهي المحادثة خلال ${time}`,
    why: 'تنتهي المحادثة من تلقاء نفسها إن لم يرد العميل.',
    extend: '+5 دقائق',
    extendLabel: 'إبقاء المحادثة مفتوحة 5 دقائق أخرى',
    warning: 'تنتهي هذه المحادثة خلال أقل من دقيقة إن لم يرد العميل.',
    notice: 'تنتهي إحدى محادثاتك خلال دقيقة',
    endKey: 'إنهاء المحادثة'
  },

  replyPicker: {
    open: 'إدراج رد جاهز',
    list: 'الردود الجاهزة',
    found: (n: number) => plural(n, { zero: 'لا ردود جاهزة', one: 'رد جاهز واحد', two: 'ردان جاهزان', few: '# ردود جاهزة', many: '# ردًا جاهزًا', other: '# رد جاهز' }),
    none: 'لا يوجد رد جاهز يحتوي على هذا.',
    noneYet: 'لا توجد ردود جاهزة بعد.',
    loading: 'جارٍ تحميل الردود الجاهزة…',
    leftOut: (names: string) => `تُرك لأنك تراه مقنّعًا: ${names}`
  }
} satisfies Translation;
