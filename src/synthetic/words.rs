//! The words that made-up names are put together from. No name of a real company or person is meant.

/// First halves of company roots.
pub const ROOT_STARTS: &[&str] = &[
    "Aster", "Brenn", "Calder", "Dorn", "Elling", "Fair", "Garn", "Harwick", "Ister", "Jarrow", "Kelling", "Lorn",
    "Marl", "Norden", "Oster", "Penn", "Quill", "Raven", "Selk", "Thorn", "Ulver", "Vester", "Wend", "Yarl", "Zell",
    "Birk", "Crane", "Drum", "Fenn", "Holm",
];

/// Second halves of company roots; with the first halves 600 roots.
pub const ROOT_ENDS: &[&str] = &[
    "bridge", "ford", "stone", "field", "wick", "mark", "haven", "brook", "dale", "gate", "ton", "well", "crest",
    "moor", "lund", "sted", "berg", "holt", "mere", "by",
];

/// First characters of Chinese company roots.
pub const ROOT_STARTS_ZH: &[&str] = &[
    "华", "瑞", "中", "鑫", "恒", "盛", "宏", "嘉", "泰", "德", "金", "东", "凯", "远", "正", "天", "海", "永", "博",
    "新",
];

/// Second characters of Chinese company roots; with the first ones 400 roots.
pub const ROOT_ENDS_ZH: &[&str] = &[
    "泽", "森", "衡", "岳", "澜", "润", "屹", "朔", "航", "臻", "霖", "铄", "凌", "骏", "晟", "邦", "彦", "乾", "舟",
    "翰",
];

/// A country that accounts live in.
#[derive(Clone, Copy, Debug)]
pub struct Country {
    /// ISO 3166 code.
    pub code: &'static str,
    /// Legal forms, as they end a name.
    pub legal_forms: &'static [&'static str],
    /// Cities.
    pub cities: &'static [&'static str],
    /// First names.
    pub given: &'static [&'static str],
    /// Family names.
    pub family: &'static [&'static str],
    /// Telephone code.
    pub dial: &'static str,
    /// End of web addresses.
    pub domain: &'static str,
}

/// Great Britain, Germany, France and China, in the order in which the companies count them.
pub const COUNTRIES: &[Country] = &[
    Country {
        code: "GB",
        legal_forms: &["Ltd", "Limited", "PLC", "LLP"],
        cities: &["Leeds", "Bristol", "Sheffield", "Norwich", "Dundee", "Cardiff", "Hull", "Reading"],
        given: &[
            "Alice",
            "Benjamin",
            "Charlotte",
            "Daniel",
            "Eleanor",
            "Fiona",
            "George",
            "Hannah",
            "Ian",
            "Joanna",
            "Kevin",
            "Laura",
            "Matthew",
            "Naomi",
            "Oliver",
            "Priya",
            "Robert",
            "Sarah",
            "Thomas",
            "Victoria",
            "William",
            "Zoe",
            "Graham",
            "Rebecca",
        ],
        family: &[
            "Ashworth",
            "Barrow",
            "Collingwood",
            "Dunmore",
            "Elsworth",
            "Farrington",
            "Goodacre",
            "Hallam",
            "Ingleby",
            "Jessop",
            "Kershaw",
            "Lockwood",
            "Millward",
            "Nettleton",
            "Oakden",
            "Prescott",
            "Rowbotham",
            "Shawcross",
            "Thackeray",
            "Underhill",
            "Whitaker",
            "Yardley",
            "Bramhall",
            "Cartwright",
        ],
        dial: "+44 20 7946 09",
        domain: "example.co.uk",
    },
    Country {
        code: "DE",
        legal_forms: &["GmbH", "AG", "GmbH & Co. KG", "SE"],
        cities: &["Köln", "München", "Nürnberg", "Hannover", "Bremen", "Düsseldorf", "Würzburg", "Kassel"],
        given: &[
            "Anna",
            "Björn",
            "Christine",
            "Dieter",
            "Elke",
            "Felix",
            "Günther",
            "Heike",
            "Ingo",
            "Jürgen",
            "Katrin",
            "Lothar",
            "Mareike",
            "Niklas",
            "Petra",
            "Rüdiger",
            "Sabine",
            "Torsten",
            "Ursula",
            "Volker",
            "Wolfgang",
            "Jörg",
            "Silke",
            "Uwe",
        ],
        family: &[
            "Ackermann",
            "Böttcher",
            "Dreyer",
            "Eichhorn",
            "Förster",
            "Gärtner",
            "Hölscher",
            "Jäger",
            "Köhler",
            "Lindemann",
            "Möller",
            "Niemeyer",
            "Ostermann",
            "Pfeiffer",
            "Rösler",
            "Schäfer",
            "Steinbach",
            "Thiele",
            "Vollmer",
            "Weidmann",
            "Zöllner",
            "Brückner",
            "Kühnel",
            "Sauer",
        ],
        dial: "+49 221 5550",
        domain: "example.de",
    },
    Country {
        code: "FR",
        legal_forms: &["SA", "SAS", "SARL"],
        cities: &["Lyon", "Lille", "Nantes", "Orléans", "Besançon", "Rennes"],
        given: &[
            "Amélie",
            "Benoît",
            "Cécile",
            "Damien",
            "Élodie",
            "François",
            "Gaëlle",
            "Hélène",
            "Jérôme",
            "Laurent",
            "Mathilde",
            "Noémie",
            "Olivier",
            "Pascal",
            "Rémi",
            "Sylvie",
            "Thierry",
            "Véronique",
        ],
        family: &[
            "Aubry",
            "Bérard",
            "Chevalier",
            "Delorme",
            "Estève",
            "Ferrand",
            "Gaillard",
            "Hébert",
            "Jolivet",
            "Lemoine",
            "Marchand",
            "Noël",
            "Perrin",
            "Rousselle",
            "Seguin",
            "Thévenot",
            "Vasseur",
            "Weiss",
        ],
        dial: "+33 1 99 00 51 ",
        domain: "example.fr",
    },
    Country {
        code: "CN",
        legal_forms: &["有限公司", "股份有限公司", "有限责任公司"],
        cities: &["上海", "苏州", "深圳", "杭州", "成都", "武汉", "青岛", "宁波"],
        given: &[
            "伟", "芳", "建国", "丽娟", "志强", "晓燕", "海涛", "雪梅", "国庆", "婷婷", "文博", "雅琴", "俊杰", "思远",
            "春华", "浩然", "美玲", "振宇", "慧敏", "立新", "嘉怡", "明哲", "秀英", "子涵",
        ],
        family: &[
            "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭",
            "马", "罗", "梁", "宋", "郑", "谢",
        ],
        dial: "+86 21 5555 00",
        domain: "example.cn",
    },
];

/// Where China stands in [`COUNTRIES`].
pub const CHINA: usize = 3;

/// A sector: code, names, the word in company names, and orders by month of the year (100 = average).
#[derive(Debug)]
pub struct Sector {
    /// Code in the CRM.
    pub code: &'static str,
    /// English name.
    pub name: &'static str,
    /// Chinese name.
    pub name_zh: &'static str,
    /// Words in English company names.
    pub words: &'static [&'static str],
    /// Words in German company names.
    pub words_de: &'static [&'static str],
    /// Words in Chinese company names.
    pub words_zh: &'static [&'static str],
    /// Season: orders from January to December, 100 = average.
    pub season: [i64; 12],
}

/// The sectors.
pub const SECTORS: &[Sector] = &[
    Sector {
        code: "MACH",
        name: "Machinery",
        name_zh: "机械制造",
        words: &["Engineering", "Machine Works", "Precision"],
        words_de: &["Maschinenbau", "Anlagentechnik", "Präzision"],
        words_zh: &["机械", "精密机械", "重工"],
        season: [90, 95, 110, 100, 105, 110, 85, 70, 105, 110, 115, 105],
    },
    Sector {
        code: "FOOD",
        name: "Food and drink",
        name_zh: "食品饮料",
        words: &["Foods", "Bakeries", "Provisions"],
        words_de: &["Lebensmittel", "Molkerei", "Süßwaren"],
        words_zh: &["食品", "饮料", "乳业"],
        season: [75, 80, 95, 100, 105, 110, 110, 100, 95, 105, 115, 110],
    },
    Sector {
        code: "CHEM",
        name: "Chemicals",
        name_zh: "化工",
        words: &["Chemicals", "Coatings", "Polymers"],
        words_de: &["Chemie", "Lacke", "Kunststoffe"],
        words_zh: &["化工", "新材料", "涂料"],
        season: [95, 100, 110, 110, 105, 100, 90, 85, 100, 105, 105, 95],
    },
    Sector {
        code: "LOGI",
        name: "Logistics",
        name_zh: "物流",
        words: &["Logistics", "Freight", "Warehousing"],
        words_de: &["Logistik", "Spedition", "Lagerhaus"],
        words_zh: &["物流", "供应链", "仓储"],
        season: [85, 80, 95, 95, 100, 100, 95, 95, 105, 115, 125, 110],
    },
    Sector {
        code: "HLTH",
        name: "Health care",
        name_zh: "医疗健康",
        words: &["Medical", "Diagnostics", "Care Systems"],
        words_de: &["Medizintechnik", "Diagnostik", "Klinikbedarf"],
        words_zh: &["医疗", "医药", "生物科技"],
        season: [105, 100, 105, 100, 100, 95, 95, 90, 100, 105, 105, 100],
    },
];

/// Product categories, in English and the article words in them.
pub const CATEGORIES: &[(&str, &[&str])] = &[
    ("Sensors", &["Pressure sensor", "Level sensor", "Flow meter", "Vibration sensor"]),
    ("Drives", &["Servo drive", "Frequency inverter", "Linear axis", "Gear motor"]),
    ("Controls", &["Compact controller", "Safety controller", "Operator panel", "Edge gateway"]),
    ("Software", &["Line monitoring licence", "Energy analytics licence", "Traceability licence", "Archive licence"]),
    ("Services", &["Commissioning day", "Calibration visit", "Training day", "Remote support year"]),
    ("Spares", &["Cable set", "Seal kit", "Fan cassette", "Terminal block"]),
];

/// Departments that order.
pub const DEPARTMENTS: &[&str] = &["Production", "Maintenance", "Quality", "Logistics", "IT", "Research"];

/// Departments that order, in China.
pub const DEPARTMENTS_ZH: &[&str] = &["生产部", "设备部", "质量部", "物流部", "信息部", "研发部"];

/// Competitors.
pub const COMPETITORS: &[&str] = &["Veltramatic", "Orlanda Controls", "Kestrion Systems", "明炬自动化"];
