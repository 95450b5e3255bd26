import { number } from '../../format/plural';
import type { Translation } from '../shape';

/** Views that were saved: shared, ordered, counted. */
export const savedViews = {
  savedViews: {
    manage: 'Керувати поданнями',
    text: 'Ваші подання та ті, якими з вами поділилися, у вашому порядку. Перетягніть їх або скористайтеся стрілками на ручці.',
    empty: 'Збережених подань ще немає.',
    personal: 'Лише я',
    everybody: 'Усі',
    group: 'Група',
    shared: 'спільне',
    done: 'Готово',
    orderHelp: 'Перетягнути або стрілки',
    gone: 'Цього подання вже немає, або воно не спільне з вами.',
    order: (name: string) => `Перемістити ${name}`,
    nameOf: (name: string) => `Назва: ${name}`,
    whoHas: (name: string) => `Хто має ${name}`,
    link: (name: string) => `Копіювати посилання на ${name}`,
    remove: (name: string) => `Прибрати ${name}`,
    movedTo: (name: string, place: number) => `${name}: місце ${number(place)}.`,
    more: (count: number) => `${number(count)}+`
  }
} satisfies Translation;
