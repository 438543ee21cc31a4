public import CostModel
public import FleetModel
public import Planner

/// Everything finops.yaml says, checked and with its defaults filled in.
public struct Settings: Sendable, Hashable {
  public var version = 1
  public var fleet: Fleet
  public var database: Database
  /// Sorted by name.
  public var clouds: [Cloud]
  public var collectors: [Collector]
  /// What the file says of prices, in its order; `source` is "finops.yaml".
  public var prices: [Price]
  /// Sorted by name: the first that matches a node owns it.
  public var pools: [PoolRules]
  /// The pools' schedules in the order of the file.
  public var schedules: [PoolName: [Schedule]]
  /// When a pool's scheduled disruption budgets hold, by their index in `PoolRules.disruption`.
  public var disruptionTimes: [PoolName: [Int: Recurrence]]
  public var spend: SpendRules
  public var safety: SafetyRules
  public var commitments: [Commitment]
  public var thresholds: Thresholds
  /// What routes that change something ask for; nil: nothing was said.
  public var apiToken: SecretReference?
  public var channels: [Channel]
  /// "host:port" of the overview page, /metrics and the health checks.
  public var listen: String
  public var evaluateEvery: Duration
  public var inventoryEvery: Duration
  /// A path; relative ones have been taken from the settings file's folder.
  public var dataDirectory: String
  /// What is allowed and still looks wrong; rendered by `warningText`.
  public var warnings: [Complaint]
  /// The same warnings as people read them, with the lines they are about.
  public var warningText: String

  public struct Fleet: Sendable, Hashable {
    public var name: String
    /// An IANA name this machine knows.
    public var timezone: String
    /// ISO 4217; only USD so far.
    public var currency: String
    /// What holds for pools that say nothing else.
    public var mode: OperatingMode
  }

  public enum Database: Sendable, Hashable {
    /// A private PostgreSQL in this folder.
    case embedded(directory: String)
    /// A connection string, by reference.
    case url(SecretReference)
  }

  public struct Collector: Sendable, Hashable {
    public var kind: Kind
    public var targets: [Target]
    /// A path; relative ones have been taken from the settings file's folder.
    public var targetsFile: String?
    public var every: Duration
    /// Never longer than `every`.
    public var timeout: Duration
    /// The largest decoded answer that is read, in bytes.
    public var bodyLimit: Int

    public enum Kind: String, Sendable, Hashable, CaseIterable { case dcgm }
  }

  /// Somewhere alerts go.
  public struct Channel: Sendable, Hashable {
    public var name: String
    public var kind: Kind
    public var url: String
    /// A Standard Webhooks key, "whsec_…"; several for rotation stand apart by white space.
    public var secret: SecretReference
    public var allowPrivate: PrivateHosts

    public enum Kind: String, Sendable, Hashable, CaseIterable { case webhook }

    /// Which addresses of private networks alerts may be sent to.
    public enum PrivateHosts: Sendable, Hashable {
      case none
      case all
      /// Lower case, as they stand in the URL.
      case only([String])
    }
  }
}

extension Settings {
  /// What the planner is given. `embedded` are the prices finops ships with; the file's replace
  /// them.
  public func rulebook(embedded: [Price] = []) -> Rulebook {
    Rulebook(
      fleet: fleet.name, pools: pools,
      prices: PriceBook(Self.named(embedded, after: clouds) + prices),
      thresholds: thresholds,
      scrapeInterval: collectors.map(\.every).min() ?? .seconds(15), spend: spend, safety: safety,
      commitments: commitments)
  }

  /// Prices that name a kind of cloud, under the names the accounts of that kind have here.
  public static func named(_ prices: [Price], after clouds: [Cloud]) -> [Price] {
    prices.flatMap { price in
      let accounts = clouds.filter { $0.kind.rawValue == price.cloud.rawValue }
      return accounts.isEmpty
        ? [price]
        : accounts.map { account in
          var price = price
          price.cloud = account.name
          return price
        }
    }
  }
}
