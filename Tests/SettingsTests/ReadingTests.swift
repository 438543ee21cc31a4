import CostModel
import FleetModel
import Planner
import Testing

@testable import Settings

/// The settings of a text, or a recorded issue with its errors.
func settings(_ text: String, file: String = "finops.yaml") throws -> Settings {
  try Settings.parse(text: text, file: file).get()
}

let smallest = """
  version: 1
  fleet: {name: prod}

  """

@Suite("Reading settings")
struct ReadingTests {
  @Test("the smallest file gets every default")
  func defaults() throws {
    let settings = try settings(smallest)
    #expect(settings.fleet.name == "prod")
    #expect(settings.fleet.timezone == "UTC")
    #expect(settings.fleet.mode == .observe)
    #expect(settings.database == .embedded(directory: ".finops/postgres"))
    #expect(settings.listen == "127.0.0.1:9464")
    #expect(settings.evaluateEvery == .seconds(15))
    #expect(settings.inventoryEvery == .seconds(30))
    #expect(settings.thresholds == Thresholds())
    #expect(settings.clouds.isEmpty && settings.pools.isEmpty && settings.channels.isEmpty)
    #expect(settings.warnings.isEmpty)
  }

  @Test("a full file is read to the last key")
  func full() throws {
    let settings = try settings(fullFile)
    let pool = try #require(settings.pools.first { $0.name == "chat-h100" })
    #expect(settings.fleet.timezone == "Europe/Berlin")
    #expect(settings.database == .url(.environment("DATABASE_URL")))
    #expect(settings.clouds.map(\.name) == ["aws"])
    #expect(settings.clouds[0].endpoint == "http://127.0.0.1:5000")
    #expect(settings.clouds[0].credentials?.secretAccessKey == .file("/run/secrets/aws"))
    #expect(settings.collectors[0].targets == ["gpu01:9400", "[::1]:9400"])
    #expect(settings.collectors[0].bodyLimit == 4 << 20)
    #expect(settings.prices[0].hourly.perHour.nanos == 1_861_000_000)
    #expect(settings.prices[0].stoppedHourly.perHour.nanos == 50_000_000)
    #expect(pool.kind == .serving && pool.mode == .auto)
    #expect(pool.minimumNodes == 1 && pool.maximumNodes == 6)
    #expect(pool.idleAfter == .minutes(15) && pool.idleIntent == .terminate)
    #expect(pool.minimumConfidence == .medium && pool.cooldown == .minutes(90))
    #expect(pool.launch?.region == "us-east-1" && pool.launch?.capacity == .spot)
    #expect(settings.thresholds.engineIdle == 0.01 && settings.thresholds.pcieIdle == 2_000_000)
    #expect(settings.channels[0].secret == .program(["/usr/bin/pass", "finops"]))
    #expect(settings.channels[0].allowPrivate == .only(["hooks.internal"]))
  }

  @Test("the rulebook has the file's pools by name, and its prices over the embedded ones")
  func rulebook() throws {
    let settings = try settings(fullFile)
    var embedded = try #require(settings.prices.first)
    embedded.hourly = HourlyRate(perHour: .dollars(9))
    embedded.source = "table"
    let rulebook = settings.rulebook(embedded: [embedded])
    #expect(rulebook.fleet == "prod" && rulebook.scrapeInterval == .seconds(10))
    #expect(rulebook.pools.map(\.name) == ["chat-h100", "train"])
    #expect(rulebook.prices.prices.map(\.source) == ["finops.yaml"])
  }

  @Test("a pool's mode is the fleet's unless it says another")
  func inheritedMode() throws {
    let settings = try settings(
      """
      version: 1
      fleet: {name: prod, mode: advise}
      pools:
        - {name: a, kind: dev, match: {tags: {pool: a}}}
        - {name: b, kind: dev, mode: observe, match: {tags: {pool: b}}}
      """)
    #expect(settings.pools.map(\.mode) == [.advise, .observe])
  }

  @Test("relative paths are taken from the file's folder")
  func relativePaths() throws {
    let text = smallest + "data_dir: state\ndatabase: {url: {file: db.url}}\n"
    let settings = try settings(text, file: "/etc/finops/finops.yaml")
    #expect(settings.dataDirectory == "/etc/finops/state")
    #expect(settings.database == .url(.file("/etc/finops/db.url")))
  }

  @Test(
    "durations are read in every unit",
    arguments: [
      ("10s", Duration.seconds(10)), ("1m30s", .seconds(90)), ("1h", .seconds(3600)),
      ("1500ms", .milliseconds(1500)), ("1d", .seconds(86_400)), ("0s", .zero),
    ])
  func durations(text: String, duration: Duration) { #expect(parsedDuration(text) == duration) }

  @Test(
    "what is not a duration is refused",
    arguments: [
      "", "10", "s", "1.5h", "-5m", "5m1h", "1h1h", "5 m", "1e3s", "99999999999999999999s",
    ])
  func noDurations(text: String) { #expect(parsedDuration(text) == nil) }

  @Test(
    "a duration is written as it is read",
    arguments: [
      Duration.seconds(15), .seconds(90), .minutes(10), .milliseconds(250), .days(7), .zero,
    ])
  func writtenDurations(duration: Duration) {
    #expect(parsedDuration(writtenDuration(duration)) == duration)
  }

  @Test(
    "slips of the keyboard are counted",
    arguments: [
      ("idle", "idle", 0), ("idel", "idle", 1), ("idl", "idle", 1), ("iddle", "idle", 1),
      ("", "abc", 3), ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
  func distances(left: String, right: String, slips: Int) {
    #expect(distance(left, right) == slips)
    #expect(distance(right, left) == slips)
  }

  @Test("two slips are near, three are not, and short words are near nothing")
  func near() {
    #expect(nearest(to: "cooldwon", among: ["cooldown"]) == "cooldown")
    #expect(nearest(to: "colldwn", among: ["cooldown"]) == "cooldown")
    #expect(nearest(to: "cllwdn", among: ["cooldown"]) == nil)
    #expect(nearest(to: "x", among: ["y"]) == nil)
  }

  @Test(
    "host:port is checked",
    arguments: [
      ("gpu01:9400", true), ("10.0.0.7:1", true), ("[::1]:65535", true), ("gpu01", false),
      ("gpu01:0", false), ("gpu01:65536", false), (":9400", false), ("::1:9400", false),
      ("http://gpu01:9400", false), ("[::1:9400", false), ("gpu 01:9400", false),
    ])
  func hostPort(text: String, right: Bool) { #expect((hostPortFault(text) == nil) == right) }

  @Test(
    "private addresses are known by their form",
    arguments: [
      ("http://127.0.0.1:80/x", true), ("http://169.254.169.254/latest", true),
      ("https://10.1.2.3", true), ("https://172.16.0.1", true), ("https://172.32.0.1", false),
      ("http://localhost:8080", true), ("http://[::1]:80/", true), ("http://[fe80::1]/", true),
      ("https://example.com/h", false), ("https://8.8.8.8/", false),
    ])
  func privateAddresses(text: String, isPrivate: Bool) throws {
    #expect(try #require(WebAddress(text)).isPrivate == isPrivate)
  }
}

let fullFile = """
  # yaml-language-server: $schema=./finops.schema.json
  version: 1
  fleet: {name: prod, timezone: Europe/Berlin, currency: USD, mode: advise}
  database: {url: {env: DATABASE_URL}}
  clouds:
    aws:
      type: aws
      regions: [us-east-1, eu-west-1]
      endpoint: http://127.0.0.1:5000/
      profile: finops
      credentials:
        access_key_id: {env: KEY_ID}
        secret_access_key: {file: /run/secrets/aws}
        session_token: {env: TOKEN}
  collectors:
    - type: dcgm
      targets: [gpu01:9400, "[::1]:9400"]
      every: 10s
      timeout: 5s
      max_body: 4MiB
  prices:
    - cloud: aws
      type: p5.48xlarge
      region: us-east-1
      hourly: $1.861
      stopped_hourly: $0.05/h
      capacity: spot
      as_of: 2026-11-20
  pools:
    - name: train
      kind: training
      match: {cloud: aws, types: [p4d.24xlarge]}
    - name: chat-h100
      kind: serving
      mode: auto
      match: {cloud: aws, types: [p5.48xlarge], tags: {pool: chat}}
      nodes: 1..6
      idle_duration: 15m
      idle_action: terminate
      min_confidence: medium
      cooldown: 1h30m
      launch:
        region: us-east-1
        zone: us-east-1a
        type: p5.48xlarge
        image: ami-0abc
        subnet: subnet-0abc
        capacity: spot
  thresholds:
    engine_idle: 1%
    engine_busy: 0.05
    pcie_idle: 2MB/s
    dev_window: 45m
  alerts:
    channels:
      - name: bus
        type: webhook
        url: https://hooks.internal/h
        secret: {exec: [/usr/bin/pass, finops]}
        allow_private: [hooks.internal]
  listen: 127.0.0.1:9999
  evaluate_every: 20s
  inventory_every: 1m
  data_dir: /var/lib/finops
  """
