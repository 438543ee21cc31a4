import CostModel
import FleetModel
import Foundation
import Planner

/// Makes settings of what was read, and checks what no single place can tell.
///
/// It also runs on a file with faults, with defaults in their place, so that everything wrong is
/// said at once; what it makes is then thrown away.
struct Builder {
  /// What relative paths are taken from.
  let folder: String
  /// Prices that are known without the file, under the names the file gives its clouds.
  private(set) var embedded: [Price]
  /// How many GPUs a machine type has, where that is known.
  let accelerators: [InstanceType: Int]
  private(set) var complaints: [Complaint] = []

  init(folder: String, embedded: [Price] = [], accelerators: [InstanceType: Int] = [:]) {
    self.folder = folder
    self.embedded = embedded
    self.accelerators = accelerators
  }

  mutating func complain(
    _ severity: Complaint.Severity = .error, at place: Place, _ message: String,
    hint: String? = nil, key: String
  ) {
    complaints.append(
      Complaint(
        severity, line: place.line, column: place.column, length: place.length,
        message: message, hint: hint, key: key))
  }

  mutating func settings(from root: Part?) -> Settings? {
    guard let root else { return nil }
    let data = resolved(root.text("data_dir") ?? ".finops")
    let fleet = fleet(from: root.part("fleet"))
    let clouds = clouds(from: root)
    embedded = Settings.named(embedded, after: clouds)
    let thresholds = thresholds(from: root.part("thresholds"))
    let pools = pools(from: root, fleet: fleet, clouds: clouds, thresholds)
    let times = times(from: root, zone: fleet.timezone)
    let settings = Settings(
      fleet: fleet, database: database(from: root, data: data), clouds: clouds,
      collectors: collectors(from: root), prices: prices(from: root, clouds: clouds),
      pools: pools, schedules: times.schedules, disruptionTimes: times.disruption,
      spend: spend(from: root, pools),
      safety: rules(SafetyRules(), RuleKeys.safety, of: root.part("safety")),
      commitments: commitments(from: root, clouds), thresholds: thresholds,
      apiToken: root.part("api")?.secret("token").map(resolved), channels: channels(from: root),
      listen: root.text("listen") ?? "127.0.0.1:9464",
      evaluateEvery: root.duration("evaluate_every") ?? .seconds(15),
      inventoryEvery: root.duration("inventory_every") ?? .seconds(30), dataDirectory: data,
      warnings: [], warningText: "")
    checkLaunchPrices(root, settings)
    checkMoney(root, settings)
    checkReach(root, settings)
    return settings
  }

  /// A path from the settings file's folder.
  func resolved(_ path: String) -> String {
    path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
  }

  func resolved(_ secret: SecretReference) -> SecretReference {
    if case .file(let path) = secret { .file(resolved(path)) } else { secret }
  }

  private mutating func fleet(from part: Part?) -> Settings.Fleet {
    let zone = part.flatMap { self.zone(of: $0) } ?? "UTC"
    return Settings.Fleet(
      name: part?.text("name") ?? "", timezone: zone, currency: part?.text("currency") ?? "USD",
      mode: part?.choice("mode") ?? .observe)
  }

  /// A part's `timezone`; one this machine does not know is complained of.
  mutating func zone(of part: Part) -> String? {
    guard let zone = part.text("timezone"), !WallClock.knows(zone) else {
      return part.text("timezone")
    }
    let near = nearest(to: zone, among: TimeZone.knownTimeZoneIdentifiers.filter(WallClock.knows))
    complain(
      at: part.place(of: "timezone"), "this machine knows no time zone '\(zone)'",
      hint: near.map { "did you mean '\($0)'?" } ?? "use an IANA name such as Europe/Berlin",
      key: "\(part.key).timezone")
    return nil
  }

  private func database(from root: Part, data: String) -> Settings.Database {
    if let url = root.part("database")?.secret("url") { return .url(resolved(url)) }
    let own = root.part("database")?.part("embedded")?.text("data_dir")
    return .embedded(directory: own.map(resolved) ?? "\(data)/postgres")
  }

  private mutating func channels(from root: Part) -> [Settings.Channel] {
    let parts = root.part("alerts")?.parts("channels") ?? []
    checkUnique(parts, "channel")
    return parts.map { part in
      let channel = Settings.Channel(
        name: part.text("name") ?? "", kind: part.choice("type") ?? .webhook,
        url: part.text("url") ?? "", secret: resolved(part.secret("secret") ?? .environment("")),
        allowPrivate: privateHosts(part))
      checkAddress(of: channel, part)
      return channel
    }
  }

  private func privateHosts(_ part: Part) -> Settings.Channel.PrivateHosts {
    let hosts = part.texts("allow_private").map { $0.lowercased() }
    guard hosts.isEmpty else { return .only(hosts) }
    return part.flag("allow_private") == true ? .all : .none
  }

  private mutating func checkAddress(of channel: Settings.Channel, _ part: Part) {
    guard let address = WebAddress(channel.url) else { return }
    let allowed =
      switch channel.allowPrivate {
      case .none: false
      case .all: true
      case .only(let hosts): hosts.contains(address.host)
      }
    if address.isPrivate, !allowed {
      complain(
        at: part.place(of: "url"), "'\(address.host)' is a private address",
        hint: "if that is meant, add 'allow_private: [\(address.host)]'",
        key: "alerts.channels.allow_private")
    } else if address.scheme == "http", !address.isPrivate {
      complain(
        .warning, at: part.place(of: "url"), "alerts to '\(address.host)' are not encrypted",
        hint: "use https", key: "alerts.channels.url")
    }
  }
}
