//! The help of what tells a place, in both languages: a part of the table of `help.rs`.

/// As the table of `help.rs`.
pub(super) const TEXTS: &[(&str, &str, &str)] = &[
    (
        "search.near",
        "Vĩ độ,kinh độ WGS 84 (18.0735,106.2962); cả độ phút giây, liên kết bản đồ, Plus Code",
        "WGS 84 latitude,longitude (18.0735,106.2962); also degrees and minutes, a map's link, a Plus Code",
    ),
    (
        "search.place",
        "Địa điểm: tên (không cần dấu), ngã tư A – B, số nhà, Km 565+800 QL1A, đoạn từ A đến B",
        "A place: its name (diacritics do not matter), ngã tư A – B, a house number, Km 565+800 QL1A, a stretch",
    ),
    (
        "search.area",
        "Mọi camera trong khu vực này (phường, tổ dân phố có ranh giới đã nhập), hay cách ranh giới không quá --radius",
        "Every camera within this area (a ward or group whose boundary was imported), or not farther from it than --radius",
    ),
    (
        "search.along",
        "Mọi camera dọc theo đường hoặc đoạn đường này, cách không quá --radius [mặc định: 100m]",
        "Every camera along this street or stretch, not farther from it than --radius [default: 100m]",
    ),
    (
        "search.text",
        "Chỉ camera mà tên, tổ hoặc ghi chú có những chữ này (không cần dấu)",
        "Only cameras whose name, group or note has these words (diacritics do not matter)",
    ),
    (
        "search.mode",
        "files: mọi tệp; moments: những lúc có gì nổi bật; brightness: lúc bắt đầu sáng lên (cháy)",
        "files: every file; moments: what stands out; brightness: the first sign of a fire",
    ),
    ("search.most", "Nhiều nhất bấy nhiêu lúc (với --mode moments)", "At most so many moments (with --mode moments)"),
    ("search.stills", "Ghi một ảnh của mỗi lúc vào thư mục này", "Write a still of each moment into this folder"),
    ("search.limit", "Mỗi trang nhiều nhất bấy nhiêu đoạn ghi", "At most so many recordings a page"),
    (
        "search.after",
        "Trang tiếp theo: giá trị next của trang trước",
        "The next page: what the page before gave as next",
    ),
    (
        "search.radius",
        "Bán kính (300m, 1.5km) [mặc định: 300m; với --along 100m; với --area: chỉ bên trong]",
        "Radius (300m, 1.5km) [default: 300m; with --along 100m; with --area: inside only]",
    ),
    (
        "places",
        "Địa điểm và bản đồ: nhập bản đồ OpenStreetMap hoặc GeoJSON, xem, thử một câu, bỏ.",
        "Places and maps: import OpenStreetMap or GeoJSON files, list, try a text, remove.",
    ),
    (
        "places.import",
        "Nhập đường, địa điểm, ranh giới, số nhà từ .osm, .osm.gz, .osm.pbf, .geojson; tệp cùng tên thay bản nhập trước",
        "Import roads, places, boundaries and house numbers from .osm, .osm.gz, .osm.pbf, .geojson; a file of the same name replaces its last import",
    ),
    ("places.import.file", "Tệp bản đồ", "The map's file"),
    ("places.import.replace", "Bỏ mọi bản đồ đã nhập trước", "Put it in the place of all maps imported before"),
    ("places.import.json", "In kết quả dạng JSON", "Print the result as JSON"),
    ("places.list", "Mọi địa điểm đã biết, và các bản đồ đã nhập", "All known places, and the imported maps"),
    ("places.list.text", "Chỉ những tên có chữ này", "Only names that have this in them"),
    ("places.list.kind", "Chỉ loại này (cho, duong, school, …)", "Only this kind (cho, duong, school, …)"),
    ("places.list.json", "In kết quả dạng JSON", "Print it as JSON"),
    (
        "places.find",
        "Một đoạn chữ có thể chỉ những nơi nào, hợp lý nhất trước, và vì sao",
        "Which places a text may mean, best first, and why",
    ),
    ("places.find.text", "Đoạn chữ", "The text"),
    ("places.find.json", "In kết quả dạng JSON", "Print it as JSON"),
    ("places.remove", "Bỏ một bản đồ đã nhập", "Remove an imported map"),
    ("places.remove.source", "Tên tệp đã nhập (xem places list)", "The imported file's name (see places list)"),
];
