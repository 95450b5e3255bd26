//! Names of months in the product's languages, as they stand in a date.

/// The month by its name, in lower case: English, German, Spanish, French, Swedish, Polish, Ukrainian, Arabic (of the
/// Nile, the Levant and the Maghreb), and Russian, which many customers write.
pub(super) fn month(word: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|names| names.split('|').any(|name| name == word))?;
    u32::try_from(at + 1).ok()
}

/// Words that stand in a date and say nothing.
pub(super) fn is_filler(word: &str) -> bool {
    const FILLERS: &str = "the|of|st|nd|rd|th|in|on|de|del|d|der|den|dem|le|er|ère|el|am|a|e|r|roku|rok|г|год|года|р|рік|року|го|ого|числа|й|е|ne|м|من|في|عام|سنة|ال|شهر|dnia";
    FILLERS.split('|').any(|filler| filler == word)
}

const MONTHS: [&str; 12] = [
    "january|jan|januar|jänner|jaenner|enero|ene|janvier|janv|januari|styczeń|stycznia|sty|styczen|січень|січня|січ|январь|января|янв|يناير|كانون الثاني|جانفي",
    "february|feb|februar|feber|febrero|février|fevrier|févr|fevr|fév|februari|luty|lutego|lut|лютий|лютого|лют|февраль|февраля|фев|فبراير|شباط|فيفري",
    "march|mar|märz|maerz|mär|mrz|marzo|mars|marzec|marca|березень|березня|бер|март|марта|мар|مارس|آذار|اذار",
    "april|apr|abril|abr|avril|avr|kwiecień|kwietnia|kwiecien|kwi|квітень|квітня|кві|апрель|апреля|апр|أبريل|ابريل|إبريل|نيسان|أفريل|افريل",
    "may|mai|mayo|maj|maja|травень|травня|тра|май|мая|مايو|أيار|ايار|ماي",
    "june|jun|juni|junio|juin|czerwiec|czerwca|cze|червень|червня|чер|июнь|июня|июн|يونيو|يونيه|حزيران|جوان",
    "july|jul|juli|julio|juillet|juil|lipiec|lipca|lip|липень|липня|лип|июль|июля|июл|يوليو|يوليه|تموز|جويلية",
    "august|aug|agosto|ago|août|aout|augusti|sierpień|sierpnia|sierpien|sie|серпень|серпня|сер|август|августа|авг|أغسطس|اغسطس|آب|اب|أوت|اوت",
    "september|sept|sep|septiembre|setiembre|septembre|wrzesień|września|wrzesien|wrzesnia|wrz|вересень|вересня|вер|сентябрь|сентября|сен|سبتمبر|أيلول|ايلول",
    "october|oct|oktober|okt|octubre|octobre|październik|października|pazdziernik|pazdziernika|paź|paz|жовтень|жовтня|жов|октябрь|октября|окт|أكتوبر|اكتوبر|تشرين الأول|تشرين الاول",
    "november|nov|noviembre|novembre|listopad|listopada|lis|листопад|листопада|лис|ноябрь|ноября|ноя|نوفمبر|تشرين الثاني",
    "december|dec|dezember|dez|diciembre|dic|décembre|decembre|déc|grudzień|grudnia|grudzien|gru|грудень|грудня|гру|декабрь|декабря|дек|ديسمبر|كانون الأول|كانون الاول",
];
