import type { Translation } from '../shape';

/** Attributes that are needed before a conversation is closed. */
export const closing = {
  closing: {
    required: 'Krävs för att stänga ett samtal',
    requiredHelp: 'Ingen stänger ett samtal innan detta har ett värde, varken för hand eller via API:et. Regler och tidtagare gör det ändå.',
    tag: 'Krävs för att stänga',
    title: 'Innan det stängs',
    text: 'Detta behövs innan samtalet stängs.',
    textEnd: 'Detta behövs innan chatten avslutas och ärendet stängs.',
    close: 'Spara och stäng',
    mayNot: 'Kunder ändras av andra i ditt team. Be någon av dem fylla i:',
    unknown: 'Fyll i det som saknas i panelen bredvid samtalet.',
    yes: 'Ja',
    no: 'Nej',
    choose: 'Välj'
  }
} satisfies Translation;
