//! Log entries to measure on, made from a number: the same on every machine and in every run.

/// Messages as services write them; a letter in braces is a value of its kind.
const MESSAGES: [&str; 24] = [
    "Seed order {i} of {n} packed in {i} ms",
    "GET https://garden.example/beds/{i}?day={d} took {f} s",
    "Watering of bed {h} failed after {i} ms: valve at {a}:{i} does not answer",
    "Connection from {a} closed by the gardener, {i} bytes read, {i} bytes written",
    "user={n} action=sow bed={i} result=ok",
    "[{t}] [{i}] [INFO] Worker booted with pid {i}",
    "Slow read of the stock cache for {u}: {i} ms, the database answers instead",
    "No module named 'harvest_planner'",
    "Wrote /var/log/garden/{n}/beds-{i}.log, {i} KB in {f} seconds",
    "Session {u} of {n}@garden.example accepted without a signature check",
    "Rain expected on {d} at {c}, watering plan {h} is put off",
    "Lock on plot {h} held by thread pool-{i}-thread-{i} for {i} ms",
    "Retrying call {i} of 5 to quotes.garden.example: status {i}, request {u}",
    "Compost temperature is {f} degrees, alarm at {i}% of the limit",
    "Cannot parse the seed list: expected a comma at line {i} column {i}",
    "Container called exit({i}).",
    "Cache greenhouse refreshed: {i} kept, {i} replaced, {i} dropped",
    "rhost={a} uid={i} euid={i} tty=ssh ruser= user={n}",
    "Release v{i}.{i}.{i} of the planner starts, build {h}",
    "Queue weeds has {i} messages, the oldest of {t}",
    "Bees counted: {i}, {i}, {i} and {i}",
    "The gardener {n} has opened the gate of plot {i}",
    "Health check of web-{i} passed",
    "java.lang.IllegalStateException: pot {i} has no soil",
];

const NAMES: [&str; 8] = ["ann", "bob", "carla", "dinesh", "emeka", "fatima", "goran", "hana"];

const SEVERITIES: [&str; 8] = ["INFO", "INFO", "INFO", "INFO", "INFO", "WARNING", "WARNING", "ERROR"];

/// How many places in the code write every message, so that there are a few hundred shapes.
const PLACES: u64 = 16;

/// Marsaglia's xorshift, 64 bits.
#[derive(Debug)]
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let index = self.below(from.len() as u64);
        from[usize::try_from(index).unwrap_or(0)]
    }

    /// A value of a kind: address, clock, day, fraction, hexadecimal, whole, name, timestamp, UUID.
    fn value(&mut self, kind: char) -> String {
        match kind {
            'a' => format!("10.{}.{}.{}", self.below(256), self.below(256), self.below(256)),
            'c' => format!("{:02}:{:02}:{:02}", self.below(24), self.below(60), self.below(60)),
            'd' => format!("2025-11-{:02}", 1 + self.below(30)),
            'f' => format!("{}.{}", self.below(90), self.below(1000)),
            'h' => format!("{:012x}", self.below(1 << 48)),
            'n' => self.pick(&NAMES).to_owned(),
            't' => format!("{} {},{:03}", self.value('d'), self.value('c'), self.below(1000)),
            'u' => {
                let (high, low) = (self.below(1 << 62), self.below(1 << 62));
                format!("{:08x}-{:04x}-4{:03x}-8{:03x}-{low:012x}", high >> 32, high & 0xffff, low >> 50, low >> 51)
                    [..36]
                    .to_owned()
            }
            _ => {
                let most = 10_u64.pow(1 + u32::try_from(self.below(5)).unwrap_or(0));
                self.below(most).to_string()
            }
        }
    }

    fn message(&mut self) -> String {
        let form = self.pick(&MESSAGES);
        let mut parts = form.split('{');
        let mut message = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            message.push_str(&self.value(part.chars().next().unwrap_or('i')));
            message.push_str(&part[2..]);
        }
        message
    }
}

/// So many messages, one each.
#[must_use]
pub fn messages(count: usize) -> Vec<String> {
    let mut chance = Chance(0x5eed);
    (0..count).map(|_| chance.message()).collect()
}

/// So many entries as Cloud Run writes them, one a line, each of about 760 bytes.
#[must_use]
pub fn entries(count: usize) -> Vec<String> {
    let mut chance = Chance(0x5eed);
    (0..count).map(|number| entry(number, &mut chance)).collect()
}

fn entry(number: usize, chance: &mut Chance) -> String {
    let message = chance.message();
    let (severity, revision, instance) = (chance.pick(&SEVERITIES), chance.below(4), chance.below(12));
    let (place, trace) = (chance.below(PLACES), chance.value('u').replace('-', ""));
    let time = format!("2025-11-03T{}.{:06}Z", chance.value('c'), chance.below(1_000_000));
    let resource = format!(
        "{{\"type\":\"cloud_run_revision\",\"labels\":{{\"configuration_name\":\"garden-api\",\"location\":\"europe-west1\",\
         \"project_id\":\"flower-shop-demo\",\"revision_name\":\"garden-api-0002{revision}-kel\",\"service_name\":\"garden-api\"}}}}"
    );
    let instance = format!("{instance:02x}").repeat(64);
    format!(
        "{{\"insertId\":\"6907f097{number:016x}\",\"jsonPayload\":{{\"message\":\"{message}\",\"module\":\"garden.beds{place}\",\
         \"logger\":\"garden\",\"thread\":\"pool-{place}\"}},\"labels\":{{\"instanceId\":\"{instance}\"}},\
         \"logName\":\"projects/flower-shop-demo/logs/run.googleapis.com%2Fstdout\",\"receiveTimestamp\":\"{time}\",\
         \"resource\":{resource},\"severity\":\"{severity}\",\"timestamp\":\"{time}\",\
         \"trace\":\"projects/flower-shop-demo/traces/{trace}\"}}"
    )
}
