import FleetModel
import Planner

/// The whole settings file, described once.
enum Schema {
  static let root: [Field] = [
    Field("version", .leaf(.count(1...1)), required: true, "The form of this file; always 1."),
    Field("fleet", .object(fleet), required: true, "The fleet as a whole."),
    Field(
      "database", .either(.choice(["embedded"]), .oneOf(database, what: "database")),
      standard: "embedded", "Where the ledger and the measurements are kept."),
    Field("clouds", .map(.object(cloud)), "Cloud accounts, by a name of your choice."),
    Field("collectors", .list(.object(collector)), "Where metrics come from."),
    Field(
      "prices", .list(.object(price)), "Prices that replace or add to the prices finops ships with."
    ),
    Field("pools", .list(.object(pool)), "Groups of nodes that do one kind of work."),
    Field("budgets", .list(.object(budget)), "What pools may cost in a month."),
    Field("spend", .object(spend), "What the fleet may cost at any time."),
    Field(
      "safety", .object(RuleKeys.safety.map(\.field)),
      "Limits on what finops itself may do, whatever its policies say."),
    Field(
      "commitments", .list(.object(commitment)),
      "Capacity that is paid for whether it is used or not."),
    Field(
      "holidays", .listOr(.list(.leaf(.day)), .map(.list(.leaf(.day)))),
      "Days that schedules can leave out, as one list or as lists by name."),
    Field(
      "thresholds", .object(RuleKeys.thresholds.map(\.field)),
      "The numbers that turn readings into words; change them only with a reason."),
    Field("alerts", .object(alerts), "Who is told."),
    Field("api", .object(api), "Who may change things through the HTTP API."),
    Field(
      "listen", .leaf(.hostPort), standard: "127.0.0.1:9464",
      "Where the overview page, /metrics, /healthz and /readyz are served."),
    Field(
      "evaluate_every", .leaf(.duration(.seconds(1) ... .hours(1))), standard: "15s",
      "How often a plan is made."),
    Field(
      "inventory_every", .leaf(.duration(.seconds(5) ... .hours(1))), standard: "30s",
      "How often the clouds are asked for their nodes."),
    Field(
      "data_dir", .leaf(.text("a folder")), standard: ".finops",
      "Where the controller keeps its identity and, when embedded, its database."),
  ]

  static let fleet: [Field] = [
    Field(
      "name", .leaf(.name), required: true,
      "The fleet's name; only nodes tagged finops-fleet with it are acted on."),
    Field(
      "timezone", .leaf(.text("an IANA time zone such as Europe/Berlin")), standard: "UTC",
      "The zone of days and schedules, as an IANA name."),
    Field(
      "currency", .leaf(.choice(["USD"])), standard: "USD", "The currency of prices and reports."),
    Field("mode", .leaf(mode), standard: "observe", "How far finops may go; pools can differ."),
  ]

  static let database: [Field] = [
    Field(
      "embedded", .object([Field("data_dir", .leaf(.text("a folder")), "Its folder.")]),
      "A private PostgreSQL that finops starts itself."),
    Field("url", .secret, "The connection string of a PostgreSQL server."),
  ]

  static let credentials: [Field] = [
    Field("access_key_id", .secret, required: true, "The access key's id."),
    Field("secret_access_key", .secret, required: true, "The access key's secret."),
    Field("session_token", .secret, "The session token of temporary credentials."),
  ]

  static let collector: [Field] = [
    Field("type", .leaf(.choice(["dcgm"])), required: true, "What is scraped: dcgm-exporter."),
    Field("targets", .list(.leaf(.hostPort)), "The exporters, as host:port."),
    Field(
      "targets_file", .leaf(.text("a file")),
      "A file with one host:port a line, watched for change."),
    Field(
      "every", .leaf(.duration(.seconds(1) ... .minutes(10))), standard: "15s",
      "How often each target is scraped."),
    Field(
      "timeout", .leaf(.duration(.milliseconds(100) ... .minutes(1))), standard: "10s",
      "How long one scrape may take; not longer than `every`."),
    Field(
      "max_body", .leaf(.bytes), standard: "8MiB", "The largest decoded answer that is read."),
  ]

  static let price: [Field] = [
    Field("cloud", .leaf(.text("a cloud")), required: true, "A name from `clouds`."),
    Field("type", .leaf(.text("a type such as g5.xlarge")), required: true, "The machine type."),
    Field("region", .leaf(.text("a region")), "The region; without it, every region."),
    Field("hourly", .leaf(.hourly), required: true, "What an hour of a running node costs."),
    Field(
      "stopped_hourly", .leaf(.hourly), standard: "$0/h",
      "What an hour of a stopped node costs: its disks."),
    Field("capacity", .leaf(capacity), standard: "on-demand", "How the capacity is bought."),
    Field("as_of", .leaf(.text("a date")), "The day the price was read, as 2026-11-21."),
  ]

  static let alerts: [Field] = [
    Field("channels", .list(.object(channel)), "Where alerts go.")
  ]

  static let channel: [Field] = [
    Field("name", .leaf(.name), required: true, "The channel's name."),
    Field("type", .leaf(.choice(["webhook"])), required: true, "How alerts are sent."),
    Field("url", .leaf(.webAddress), required: true, "Where alerts are posted."),
    Field(
      "secret", .secret, required: true,
      "The signing key, whsec_…, by reference (Standard Webhooks)."),
    Field(
      "allow_private", .either(.flag, .list(.leaf(.text("a host")), minimum: 1)),
      standard: "false",
      "Whether the address may be on a private network: true, or the hosts that may."),
  ]

  static let mode = Leaf.choice(OperatingMode.allCases.map(\.rawValue))
  static let capacity = Leaf.choice(CapacityType.allCases.map(\.rawValue))
}
