import { number } from '../../format/plural';
import type { Translation } from '../shape';

/** Views that were saved: shared, ordered, counted. */
export const savedViews = {
  savedViews: {
    manage: 'إدارة العروض',
    text: 'عروضك وما شاركه الآخرون معك، بترتيبك. اسحبها، أو استخدم مفاتيح الأسهم على المقبض.',
    empty: 'لا توجد عروض محفوظة بعد.',
    personal: 'أنا فقط',
    everybody: 'الجميع',
    group: 'مجموعة',
    shared: 'مشترك',
    done: 'تم',
    orderHelp: 'اسحب، أو استخدم الأسهم',
    gone: 'لم يعد هذا العرض موجودًا، أو لم يُشارَك معك.',
    order: (name: string) => `نقل ${name}`,
    nameOf: (name: string) => `اسم ${name}`,
    whoHas: (name: string) => `من لديه ${name}`,
    link: (name: string) => `نسخ رابط ${name}`,
    remove: (name: string) => `إزالة ${name}`,
    movedTo: (name: string, place: number) => `${name}: الموضع ${number(place)}.`,
    more: (count: number) => `+${number(count)}`
  }
} satisfies Translation;
