//! What people say.

use crate::testing::Rng;

/// Everyday words of support chats in twenty-six languages, some with the word for "code" among them.
const LANGUAGES: [&str; 26] = [
    "hello hi please thanks my order code where is the parcel number when will it arrive I have not received anything refund card payment failed again rhythm strengths twelfths craft PS thx pls brb msg wtf kthxbye your promo discount track account cannot log in password reset",
    "hallo guten Tag bitte danke meine Bestellung Code wo ist das Paket Nummer wann kommt es an ich habe nichts bekommen Rückerstattung Karte Zahlung fehlgeschlagen Angstschweiß Rechtsschutzversicherung Herbststrumpf selbstverständlich Borschtsch MfG zB vllt Gutschein",
    "hola por favor gracias mi pedido código dónde está el paquete número cuándo llega no he recibido nada reembolso tarjeta pago rechazado otra vez contraseña tmb xq bss dnd cupón",
    "bonjour svp merci ma commande code où est le colis numéro quand arrive je n'ai rien reçu remboursement carte paiement refusé encore mot de passe stp slt mdr pcq qd bcp tjrs",
    "ciao per favore grazie il mio ordine codice dov'è il pacco numero quando arriva non ho ricevuto niente rimborso carta pagamento rifiutato ancora password cmq nn xké",
    "olá por favor obrigado meu pedido código onde está o pacote número quando chega não recebi nada reembolso cartão pagamento recusado de novo senha vc tb pq blz vlw flw",
    "hoi alsjeblieft bedankt mijn bestelling code waar is het pakket nummer wanneer komt het ik heb niets ontvangen terugbetaling kaart betaling mislukt slechtstschrijvend gvd mvg",
    "cześć proszę dziękuję moje zamówienie kod gdzie jest paczka numer kiedy przyjdzie nic nie dostałem zwrot karta płatność odrzucona znowu hasło bezwzględny źdźbło szczęście pzdr nwm wgl brb zw",
    "ahoj prosím děkuji moje objednávka kód kde je balík číslo kdy dorazí nic jsem nedostal vrácení karta platba zamítnuta čtvrthrst scvrnkl zmrzlina vlk zmrzl hltl smrt prst skrz krk strč mrkl pstruh",
    "merhaba lütfen teşekkürler siparişim kod paket nerede numara ne zaman gelir hiçbir şey almadım iade kart ödeme reddedildi yine şifre slm nbr tşk kib",
    "привет пожалуйста спасибо мой заказ код где посылка номер когда придёт ничего не получил возврат карта оплата не прошла опять пароль взгляд встреча спс пжл крч хз мб СССР МТС РФ ВТБ",
    "привіт будь ласка дякую моє замовлення код де посилка номер коли прийде нічого не отримав повернення картка оплата не пройшла знову пароль",
    "مرحبا من فضلك شكرا طلبي الكود أين الطرد رقم متى يصل لم أستلم شيئا استرداد بطاقة الدفع مرفوض مرة أخرى كلمة السر",
    "שלום בבקשה תודה ההזמנה שלי קוד איפה החבילה מספר מתי מגיע לא קיבלתי כלום החזר כרטיס תשלום נכשל שוב סיסמה",
    "سلام لطفا ممنون سفارش من کد بسته کجاست شماره کی می‌رسد چیزی نگرفتم بازپرداخت کارت پرداخت رد شد دوباره رمز",
    "नमस्ते कृपया धन्यवाद मेरा ऑर्डर कोड पार्सल कहाँ है नंबर कब आएगा कुछ नहीं मिला रिफंड कार्ड भुगतान विफल फिर पासवर्ड",
    "হ্যালো দয়া করে ধন্যবাদ আমার অর্ডার কোড পার্সেল কোথায় নম্বর কখন আসবে কিছু পাইনি ফেরত কার্ড পেমেন্ট ব্যর্থ আবার",
    "สวัสดี กรุณา ขอบคุณ คำสั่งซื้อของฉัน รหัส พัสดุอยู่ที่ไหน หมายเลข เมื่อไหร่จะถึง ยังไม่ได้รับ คืนเงิน บัตร ชำระเงินไม่สำเร็จ",
    "你好 请 谢谢 我的订单 代码 包裹在哪里 号码 什么时候到 我没有收到 退款 银行卡 付款失败 又 密码 验证码",
    "こんにちは お願いします ありがとう 注文 コード 荷物はどこ 番号 いつ届きますか 届いていません 返金 カード 支払い失敗 また パスワード",
    "안녕하세요 부탁드립니다 감사합니다 주문 코드 택배 어디 번호 언제 도착 받지 못했어요 환불 카드 결제 실패 다시 비밀번호 ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ ㅠㅠ",
    "xin chào làm ơn cảm ơn đơn hàng của tôi mã gói hàng ở đâu số khi nào đến tôi chưa nhận được gì hoàn tiền thẻ thanh toán thất bại mk ko dc vs ntn",
    "halo tolong terima kasih pesanan saya kode paket di mana nomor kapan sampai belum terima apa apa pengembalian kartu pembayaran gagal lagi yg tdk dgn sdh blm krn utk bgt",
    "hej snälla tack min beställning kod var är paketet nummer när kommer det jag har inget fått återbetalning kort betalning misslyckades igen lösenord världsmästerskap skrymtskt mvh",
    "szia kérem köszönöm a rendelésem kód hol van a csomag szám mikor érkezik nem kaptam semmit visszatérítés kártya fizetés sikertelen megint jelszó",
    "γεια παρακαλώ ευχαριστώ η παραγγελία μου κωδικός πού είναι το δέμα αριθμός πότε φτάνει δεν έλαβα τίποτα επιστροφή κάρτα πληρωμή απέτυχε πάλι ΚΤΧ ΜΜΧ ΝΚΡΤ",
];

fn sentence(rng: &mut Rng, words_max: usize) -> String {
    let language: Vec<&str> = LANGUAGES[rng.below(LANGUAGES.len())].split(' ').collect();
    let count = 1 + rng.below(words_max);
    let mut text = String::new();
    for i in 0..count {
        if i > 0 {
            text.push_str(rng.pick(&[" ", " ", " ", " ", " ", ", ", ". ", " - ", "... ", "\n", "! "]));
        }
        text.push_str(rng.pick(&language));
    }
    text
}

pub(super) fn talk(rng: &mut Rng) -> String {
    let text = sentence(rng, 16);
    match rng.below(6) {
        0 => format!("{text}?"),
        1 => format!("{text} {}", rng.pick(&["🙂", "😡😡", "👍🏽", ":-)", "!!!", "❤️"])),
        2 => format!("{text} {}", rng.below(10_000)),
        _ => text,
    }
}

pub(super) fn shouted(rng: &mut Rng) -> String {
    sentence(rng, 14).to_uppercase()
}

const BARE: [&str; 60] = [
    "strc", "prst", "skrz", "krk", "vlk", "zmrzl", "hltl", "hrst", "zrn", "prv", "smrt", "brzd", "mrkl",
    "blb", "ctvrt", "scvrkl", "crnk", "slm", "mrhb", "kyfk", "hlk", "shkr", "bkr", "wllh", "tmm", "mchkr",
    "lkn", "bdn", "kfk", "nshr", "pls", "thx", "msgs", "wrks", "thnk", "cnt", "wht", "bfr", "tmrw", "txt",
    "plz", "srsly", "dnt", "wld", "shld", "ppl", "rlly", "cwm", "crwth", "nth", "psst", "tsk", "hmph", "brr",
    "grr", "vjv", "tvrd", "crn", "prst", "trst",
];

pub(super) fn bare(rng: &mut Rng) -> String {
    let count = 1 + rng.below(9);
    let words: Vec<&str> = (0..count).map(|_| rng.pick(&BARE)).collect();
    let text = words.join(rng.pick(&[" ", " ", " ", ", ", "... "]));
    match rng.below(5) {
        0 => text.to_uppercase(),
        1 => format!("{}, {text}", sentence(rng, 4)),
        _ => text,
    }
}

pub(super) fn interjection(rng: &mut Rng) -> String {
    let count = 1 + rng.below(4);
    let words = (0..count).map(|_| {
        let stretched = rng.pick(&[
            "hm", "br", "gr", "pf", "ps", "sh", "zz", "ts", "mm", "hmp", "ww", "kk", "xx", "jk", "lk", "HM",
            "PF", "Br", "хм", "ррр", "ммм", "www", "555", "哈",
        ]);
        let mut chars: Vec<char> = stretched.chars().collect();
        let last = chars[chars.len() - 1];
        chars.resize(chars.len() + 2 + rng.below(14), last);
        String::from_iter(chars)
    });
    words.collect::<Vec<_>>().join(" ")
}

pub(super) fn mash(rng: &mut Rng) -> String {
    const HANDS: [&str; 7] = [
        "asdfghjkl",
        "asdfjkl;",
        "qwertyuiop",
        "zxcvbnm",
        "asdfghjklqwertyuiop",
        "фывапролджэ",
        "qsdfghjklm",
    ];
    let keys: Vec<char> = rng.pick(&HANDS).chars().collect();
    let length = 4 + rng.below(24);
    let mut at = rng.below(keys.len());
    let is_rolling = rng.below(2) == 0;
    let mut text = String::new();
    for _ in 0..length {
        text.push(keys[at]);
        at = if is_rolling && rng.below(5) > 0 { (at + 1) % keys.len() } else { rng.below(keys.len()) };
        if rng.below(20) == 0 {
            text.push(' ');
        }
    }
    match rng.below(4) {
        0 => text.to_uppercase(),
        1 => format!("{} {text}", sentence(rng, 3)),
        _ => text,
    }
}

const ACRONYMS: [&str; 56] = [
    "HTTP", "HTML", "SMTP", "NTFS", "SSH", "TCP", "DNS", "DHCP", "XML", "JSON", "PDF", "SQL", "VPN", "SSL",
    "TLS", "HTTPS", "HDMI", "GPS", "GSM", "SMS", "MMS", "CRM", "PNG", "GIF", "MP3", "LTE", "WLAN", "MBR",
    "GPT", "DKMS", "PBX", "SMB", "NFS", "XFS", "KVM", "LXC", "TTL", "RGB", "CMYK", "WTF", "LOL", "BTW",
    "GmbH", "BMW", "KfW", "HSBC", "SNCF", "PKP", "BBC", "CNN", "NHL", "NFL", "SCART", "DVB", "ISBN", "IBAN",
];

pub(super) fn acronyms(rng: &mut Rng) -> String {
    let count = 1 + rng.below(8);
    let separator = rng.pick(&[" ", ", ", "/", "-", " + ", " "]);
    let words: Vec<&str> = (0..count).map(|_| rng.pick(&ACRONYMS)).collect();
    let text = words.join(separator);
    match rng.below(4) {
        0 => format!("{} {text}", sentence(rng, 4)),
        1 => text.to_lowercase(),
        _ => text,
    }
}

pub(super) fn emoji(rng: &mut Rng) -> String {
    let parts = [
        "😀",
        "👩‍👩‍👧",
        "🏳️‍🌈",
        "1️⃣",
        "2️⃣",
        "٣",
        "४",
        "𝒽𝑒𝓁𝓁𝑜",
        "ＷＯＷ",
        "ⓉⒽⓍ",
        "½",
        "№",
        "™",
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯",
        "\u{200f}",
        "\u{200b}",
        "ﷺ",
        "🇩🇪",
        "～",
        "｡",
        "㏄",
    ];
    (0..1 + rng.below(30)).map(|_| rng.pick(&parts)).collect()
}

/// A few words around something pasted, in any language; sometimes nothing.
pub(super) fn around(rng: &mut Rng, what: &str) -> String {
    match rng.below(5) {
        0 => what.to_owned(),
        1 => format!("{}: {what}", sentence(rng, 3)),
        2 => format!("{what} {}", sentence(rng, 5)),
        3 => format!("{} {what}.", sentence(rng, 4)),
        _ => format!("{} {what}, {}", sentence(rng, 4), sentence(rng, 4)),
    }
}

/// Like [`around`], with at least one word that is about something else than a code.
pub(super) fn about(rng: &mut Rng, topic: &[&str], what: &str) -> String {
    let topic = rng.pick(topic);
    match rng.below(3) {
        0 => format!("{topic} {what}"),
        1 => format!("{} {topic}: {what}", sentence(rng, 3)),
        _ => format!("{topic} {what} {}", sentence(rng, 5)),
    }
}
