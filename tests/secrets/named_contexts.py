"""Contexts in which a name stands beside the secret: settings, code, and what languages print of their values."""

from tests.secrets.contexts import BLANKS, LOOSE, QUOTES, Context, make_contexts

_SETTINGS: dict[str, tuple[str, str, str]] = {
    "export of a shell": ("upper", "+ export «name»=«secret»", LOOSE + "$!#*\\"),
    "quoted export": ("upper", 'export «name»="«secret»"', QUOTES + "$!\\"),
    "single quoted export": ("upper", "export «name»='«secret»'", QUOTES),
    "dump of an environment": ("upper", "HOME=/root\n«name»=«secret»\nPATH=/usr/bin", BLANKS + QUOTES),
    "environment in a line": ("upper", "env: PORT=8080 «name»=«secret» TZ=UTC", LOOSE),
    "set of Windows": ("upper", "C:\\> set «name»=«secret»", LOOSE + "%^&<>"),
    "PowerShell": ("upper", '$env:«name» = "«secret»"', QUOTES + "$"),
    "docker run": ("upper", "docker run -e «name»=«secret» shop:1.2", LOOSE + "$!*"),
    "Dockerfile": ("upper", "Step 4/9 : ENV «name» «secret»", LOOSE + "$!*"),
    "systemd": ("upper", 'Environment="«name»=«secret»"', QUOTES + "%"),
    "YAML": ("snake", "database:\n  host: db\n  «name»: «secret»\n  port: 5432", BLANKS + QUOTES + "#{[&*!|>%@:"),
    "quoted YAML": ("camel", "spec:\n  «name»: '«secret»'", QUOTES),
    "YAML in a line": ("kebab", "config: {host: db, «name»: «secret», port: 1}", LOOSE + "#{[&*!|>%@:"),
    "TOML": ("snake", '[database]\n«name» = "«secret»"', QUOTES + "\\"),
    "ini": ("snake", "[database]\n«name»=«secret»\nhost=db", BLANKS + QUOTES + ";#%"),
    "ini with blanks": ("kebab", "«name» = «secret»", BLANKS + QUOTES + ";#%"),
    "properties": ("dotted", "loaded «name»=«secret»", LOOSE + "#!"),
    "properties with :": ("dotted", "«name»: «secret»", LOOSE + "#!"),
    "HCL": ("snake", 'resource "db" "shop" {\n  «name» = "«secret»"\n}', QUOTES + "$%\\"),
    "plan of Terraform": ("snake", '      + «name»  = "«secret»" -> null', QUOTES + "$%\\"),
    "describe of Kubernetes": ("upper", "    Environment:\n      «name»:  «secret»\n", LOOSE),
    "npmrc": ("camel", "//registry.example.com/:_«name»=«secret»", LOOSE + "$;#"),
}
_COMMANDS: dict[str, tuple[str, str, str]] = {
    "option with a blank": ("kebab", "exec: deploy --«name» «secret» --force", LOOSE),
    "option with =": ("kebab", "exec: deploy --«name»=«secret» --force", LOOSE),
    "option at the end": ("kebab", "exec: deploy --«name» «secret»", LOOSE),
    "quoted option": ("kebab", "exec: deploy --«name» '«secret»' --force", QUOTES),
    "option in a list": ("kebab", "argv: ['deploy', '--«name»', '«secret»', '--force']", QUOTES),
    "option with = in a list": ("kebab", 'argv: ["deploy", "--«name»=«secret»", "--force"]', QUOTES),
    "option of one dash": ("camel", "java -jar shop.jar -«name»=«secret»", LOOSE),
    "property of Java": ("camel", "java -Dshop.«name»=«secret» -jar shop.jar", LOOSE),
    "helm": ("camel", "helm upgrade shop --set db.«name»=«secret»", LOOSE),
    "curl -d": ("snake", "curl -X POST -d '«name»=«secret»&grant=code' https://api.example.com", LOOSE + "#%+"),
    "curl -F": ("snake", 'curl -F "«name»=«secret»" https://api.example.com', QUOTES),
}
_CODE: dict[str, tuple[str, str, str]] = {
    "dict of Python": ("snake", "config = {'host': 'db', '«name»': '«secret»', 'port': 1}", QUOTES),
    "argument of Python": ("snake", "connect(host='db', «name»='«secret»', port=1)", QUOTES),
    "bytes of Python by name": ("snake", "{b'«name»': b'«secret»'}", QUOTES + "\\"),
    "dataclass of Python": ("snake", "Settings(host='db', «name»='«secret»')", QUOTES),
    "tuple of Python by name": ("snake", "[('host', 'db'), ('«name»', '«secret»')]", QUOTES),
    "assignment of Python": ("snake", '    «name» = "«secret»"', QUOTES),
    "local of a traceback": (
        "snake",
        "Traceback (most recent call last):\n  File \"/a.py\", line 1\n    «name» = '«secret»'",
        QUOTES,
    ),
    "hash of Ruby": ("snake", '{:host=>"db", :«name»=>"«secret»"}', QUOTES + "#\\"),
    "hash of Ruby, spaced": ("snake", '{"host" => "db", "«name»" => "«secret»"}', QUOTES + "#\\"),
    "hash of Ruby 3": ("snake", '{host: "db", «name»: "«secret»"}', QUOTES + "#\\"),
    "parameters of Rails": ("snake", 'Parameters: {"user"=>{"«name»"=>"«secret»"}}', QUOTES + "#\\"),
    "array of PHP": ("snake", "['host' => 'db', '«name»' => '«secret»']", QUOTES),
    "print_r of PHP": ("snake", "Array\n(\n    [host] => db\n    [«name»] => «secret»\n)", LOOSE),
    "var_dump of PHP": ("snake", 'array(1) {\n  ["«name»"]=>\n  string(32) "«secret»"\n}', QUOTES),
    "structure of Go by name": ("pascal", "cfg={Host:db «name»:«secret» Port:5432}", LOOSE),
    "structure of Go at its end": ("pascal", "cfg=&{Host:db «name»:«secret»}", LOOSE),
    "source of Go": ("pascal", 'main.Config{Host:"db", «name»:"«secret»"}', QUOTES + "\\"),
    "map of Go": ("snake", "map[host:db «name»:«secret» port:5432]", LOOSE),
    "toString of Java": ("camel", "Config{host='db', «name»='«secret»', port=1}", QUOTES),
    "toString of Lombok": ("camel", "Config(host=db, «name»=«secret», port=1)", LOOSE),
    "toString of a record": ("camel", "Config[host=db, «name»=«secret»]", LOOSE),
    "map of Java": ("camel", "{host=db, «name»=«secret», port=1}", LOOSE),
    "record of C#": ("pascal", "Config { Host = db, «name» = «secret» }", LOOSE),
    "structure of Rust": ("snake", 'Config { host: "db", «name»: "«secret»", port: 1 }', QUOTES + "\\"),
    "option of Rust": ("snake", 'Config { «name»: Some("«secret»") }', QUOTES + "\\"),
    "map of Elixir": ("snake", '%{host: "db", «name»: "«secret»"}', QUOTES + "#\\"),
    "map of Clojure": ("kebab", '{:host "db", :«name» "«secret»"}', QUOTES + "\\"),
    "object of Node": ("camel", "{ host: 'db', «name»: '«secret»' }", QUOTES + "\\"),
    "object of Node over lines": ("camel", "{\n  host: 'db',\n  «name»: '«secret»',\n}", QUOTES + "\\"),
    "text of protocol buffers": ("snake", 'host: "db" «name»: "«secret»"', QUOTES + "\\"),
    "GraphQL": ("camel", 'mutation { login(user: "x", «name»: "«secret»") { id } }', QUOTES + "\\"),
}
_TEXTS: dict[str, tuple[str, str, str]] = {
    "logfmt": ("snake", "level=error «name»=«secret» took=3ms", LOOSE),
    "quoted logfmt": ("snake", 'level=error «name»="«secret»" took=3ms', QUOTES + "\\"),
    "with : in text": ("prose", "«name»: «secret»", LOOSE),
    "with : and quotes in text": ("prose", '«name»: "«secret»"', QUOTES),
    "with = and blanks": ("snake", "using «name» = «secret» for shop", LOOSE),
    "with :=": ("camel", "«name» := «secret»", LOOSE),
    "with ->": ("snake", "«name» -> «secret»", LOOSE),
    "before ) by name": ("snake", "login failed («name»=«secret»)", LOOSE),
    "before , by name": ("snake", "«name»=«secret», user=shop", LOOSE),
    "before ; by name": ("snake", "host=db;«name»=«secret»;user=shop", LOOSE),
    "end of a sentence by name": ("snake", "Refused «name»=«secret».", LOOSE),
    "after a literal line end": ("upper", "first\\n«name»=«secret»\\nthird", LOOSE + "\\"),
    "coloured": ("snake", "\x1b[36m«name»\x1b[0m=«secret»", LOOSE),
    "coloured on both sides": ("snake", "\x1b[36m«name»=\x1b[0m\x1b[1m«secret»\x1b[0m", LOOSE),
    "Chinese by name": ("snake", "配置错误，«name»=«secret»，请检查", LOOSE),  # noqa: RUF001 - as people write it there
    "element of XML by name": ("camel", "<db><«name»>«secret»</«name»></db>", "<>&"),
    "attribute of XML": ("camel", '<db host="db" «name»="«secret»"/>', QUOTES + "<>&"),
    "add of web.config": ("pascal", '<add key="«name»" value="«secret»" />', QUOTES + "<>&"),
    "input of HTML": ("snake", '<input name="«name»" type="hidden" value="«secret»">', QUOTES + "<>&"),
    "where of SQL": ("snake", "SELECT id FROM users WHERE «name» = '«secret»' LIMIT 1", QUOTES),
    "set of SQL": ("snake", "UPDATE users SET «name»='«secret»' WHERE id=1", QUOTES),
    "table of Markdown by name": ("upper", "| `«name»` | `«secret»` |", "|" + QUOTES),
    "query of an address": (
        "snake",
        "GET https://api.example.com/v1?page=2&«name»=«secret»&next=1 401",
        LOOSE + "#%+?",
    ),
    "query's end": ("camel", 'GET "/v1/orders?«name»=«secret»"', LOOSE + "#%+?"),
    "form": ("snake", "body: user=shop&«name»=«secret»&grant_type=code", LOOSE + "#%+"),
    "escaped JSON in text": ("snake", 'body: {\\"host\\": \\"db\\", \\"«name»\\": \\"«secret»\\"}', QUOTES + "\\"),
    "twice escaped JSON in text": ("camel", 'body: {\\\\\\"«name»\\\\\\":\\\\\\"«secret»\\\\\\"}', QUOTES + "\\"),
    "JSON behind text": ("snake", 'request {"host": "db", "«name»": "«secret»"} failed', QUOTES + "\\"),
    "JSON cut off": ("camel", 'request {"host":"db","«name»":"«secret»","x":{"y', QUOTES + "\\"),
    "JSON cut off within the value": ("camel", 'request {"host":"db","«name»":"«secret»', QUOTES + "\\"),
}
# Passwords have ways of their own to be given.
_PASSWORDS: dict[str, tuple[str, str, str]] = {
    "psql": ("snake", "PGPASSWORD=«secret» psql -h db", LOOSE + "$!*"),
    "mysql": ("snake", "MYSQL_PWD=«secret» mysqldump shop", LOOSE + "$!*"),
    "sshpass": ("snake", "sshpass -p '«secret»' ssh shop@host", QUOTES),
    "curl -u": ("snake", "curl -u shop:«secret» https://api.example.com", LOOSE + "$!*"),
    "identified by": ("snake", "CREATE USER shop IDENTIFIED BY '«secret»'", QUOTES),
    "with password": ("snake", "ALTER ROLE shop WITH LOGIN PASSWORD '«secret»'", QUOTES),
    "netrc": ("snake", "machine git.example.com login shop password «secret»", LOOSE),
    "redis-cli": ("snake", "redis-cli -h cache -a «secret» ping", LOOSE + "$!*"),
    "requirepass": ("snake", "requirepass «secret»", LOOSE),
}
# Here a word of letters alone is a value and no prose.
_PLAIN: dict[str, tuple[str, str, str]] = {
    name: row
    for rows in (_SETTINGS, _CODE, _TEXTS)
    for name, row in rows.items()
    if name in {"quoted export", "TOML", "dict of Python", "toString of Java", "quoted logfmt", "form", "HCL", "ini"}
}
_BOTH = frozenset({"bare", "named"})
NAMED_CONTEXTS: tuple[Context, ...] = (
    *(one for rows in (_SETTINGS, _COMMANDS, _CODE, _TEXTS) for one in make_contexts(rows, _BOTH)),
    *make_contexts(_PASSWORDS, frozenset({"password"})),
    *make_contexts({f"a word, {name}": row for name, row in _PLAIN.items()}, frozenset({"plain"})),
)
