public import CostModel
public import FleetModel
import Planner
public import Ports

/// Compute Engine's list prices, from the Cloud Billing catalogue.
///
/// The catalogue prices parts, not machines: a machine is its cores, its memory and its GPUs, and
/// the composition stands in the price's source. Disks and local SSDs are not in it. Only the types
/// people rent GPUs in are composed (G2, A2, A3 high, N1 with GPUs attached); another one that is asked for is
/// refused, and so is a part that has two prices or is not an hour's in dollars.
public struct GCPPrices: PriceSource {
  public let cloud: CloudName
  private let base: String
  private let calls: CloudCalls<GCPToken>
  private let time: any TimeSource

  /// - Parameters:
  ///   - endpoint: an absolute URL without a path; nil for Google's own.
  ///   - credentials: any identity; the catalogue is public, but not anonymous.
  ///   - time: dates the prices.
  public init(
    cloud: CloudName, endpoint: String? = nil, credentials: CredentialCache<GCPToken>,
    transport: any HTTPTransport, time: any TimeSource,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.cloud = cloud
    self.time = time
    base = endpoint ?? "https://cloudbilling.googleapis.com"
    calls = CloudCalls(
      transport: transport, credentials: credentials, time: time, wallClock: time,
      jitter: Jitter(generator), budgets: CallBudgets(time: time), sign: GCPCalls.sign,
      fault: GCPFaults.fault)
  }

  public func prices(
    of types: Set<InstanceType>, in regions: [Region]
  ) async throws(ActuateError) -> [Price] {
    var shapes: [GCPComposition] = []
    for type in types.sorted() {
      guard let shape = GCPComposition.of(type) else {
        throw .refused(
          ActFailure(
            kind: .unsupported, code: "NotComposed",
            message: "\(type) is not one of the types whose price is put together here"))
      }
      shapes.append(shape)
    }
    if types.isEmpty { shapes = GCPComposition.all }
    let book = GCPPartPrices(try await skus())
    let asOf = String(time.now().description.prefix(10))
    var prices: [Price] = []
    for shape in shapes {
      for region in regions {
        for capacity in [CapacityType.onDemand, .spot] {
          let parts = shape.parts
          guard let hourly = try book.price(of: parts, in: region, capacity) else { continue }
          let source = "Google Cloud Billing catalogue: \(shape.sentence)"
          prices.append(
            Price(
              cloud: cloud, type: shape.type, region: region, capacity: capacity, hourly: hourly,
              source: source, asOf: asOf))
        }
      }
    }
    return prices
  }

  /// Compute Engine's id in the catalogue (services.list).
  private static let service = "6F81-5844-456A"
  /// The catalogue has about 30,000 SKUs and gives 5,000 a page.
  private static let mostPages = 100

  private func skus() async throws(ActuateError) -> [GCPSKU] {
    var found: [GCPSKU] = []
    var token = ""
    for _ in 0..<Self.mostPages {
      let after = token.isEmpty ? "" : "&pageToken=" + GCPBody.escape(token)
      let url =
        "\(base)/v1/services/\(Self.service)/skus?currencyCode=USD&pageSize=5000" + after
      let call = CloudCall("cloudbilling.services.skus.list", url: url)
      let page = try await calls.send(call, as: GCPSKUPage.self).value
      found += page.skus ?? []
      let next = page.nextPageToken ?? ""
      if next.isEmpty { return found }
      guard next != token else { break }
      token = next
    }
    throw .retryLater(
      after: nil,
      ActFailure(kind: .unknown, code: "EndlessPages", message: "the catalogue does not end"))
  }
}

/// What a type is made of, for the catalogue.
struct GCPComposition: Sendable, Hashable {
  var type: InstanceType
  /// "G2 Instance": its core and memory SKUs begin so.
  var family: String
  var cores: Int64
  var memoryMiB: Int64
  var gpu: String
  var count: Int64

  var parts: [GCPPart] {
    [
      GCPPart(name: "\(family) Core", unit: "h", of1024: cores * 1024),
      GCPPart(name: "\(family) Ram", unit: "GiBy.h", of1024: memoryMiB),
      GCPPart(name: "\(gpu) GPU", unit: "h", of1024: count * 1024),
    ]
  }

  var sentence: String {
    let quarters = memoryMiB * 100 / 1024
    let memory = quarters % 100 == 0 ? "\(quarters / 100)" : "\(quarters / 100).\(quarters % 100)"
    return "\(cores) × \(family) Core + \(memory) GiB × \(family) Ram + \(count) × \(gpu) GPU; "
      + "disks and local SSDs are not in it"
  }

  /// nil for a type that is not composed here.
  static func of(_ type: InstanceType) -> GCPComposition? {
    if let known = table[type] { return known }
    return attached(type)
  }

  static let all = table.values.sorted { $0.type < $1.type }

  private static let table: [InstanceType: GCPComposition] = Dictionary(
    uniqueKeysWithValues: rows.map { row in
      let type = InstanceType(row.0)
      return (
        type,
        GCPComposition(
          type: type, family: row.1, cores: row.2, memoryMiB: row.3 * 1024, gpu: row.4,
          count: row.5)
      )
    })

  /// Type, family, vCPUs, GiB, GPU, number (Compute Engine, GPU machine types).
  private static let rows: [(String, String, Int64, Int64, String, Int64)] =
    [
      (4, 16, 1), (8, 32, 1), (12, 48, 1), (16, 64, 1), (24, 96, 2), (32, 128, 1), (48, 192, 4),
      (96, 384, 8),
    ].map { ("g2-standard-\($0.0)", "G2 Instance", $0.0, $0.1, "Nvidia L4", $0.2) }
    + [(1, 12, 85), (2, 24, 170), (4, 48, 340), (8, 96, 680)].map {
      ("a2-highgpu-\($0.0)g", "A2 Instance", $0.1, $0.2, "Nvidia Tesla A100", $0.0)
    } + [("a2-megagpu-16g", "A2 Instance", 96, 1360, "Nvidia Tesla A100", 16)]
    + [(1, 12, 170), (2, 24, 340), (4, 48, 680), (8, 96, 1360)].map {
      ("a2-ultragpu-\($0.0)g", "A2 Instance", $0.1, $0.2, "Nvidia Tesla A100 80GB", $0.0)
    }
    + [(1, 26, 234), (2, 52, 468), (4, 104, 936), (8, 208, 1872)].map {
      ("a3-highgpu-\($0.0)g", "A3 Instance", $0.1, $0.2, "Nvidia H100 80GB", $0.0)
    }

  private static let attachable = [
    "nvidia-tesla-t4": "Nvidia Tesla T4", "nvidia-tesla-v100": "Nvidia Tesla V100",
    "nvidia-tesla-p100": "Nvidia Tesla P100", "nvidia-tesla-p4": "Nvidia Tesla P4",
  ]

  /// N1 types have 3.75 or 6.5 GiB a core (Compute Engine, general-purpose machines).
  private static func attached(_ type: InstanceType) -> GCPComposition? {
    guard let machine = try? GCPMachine(type), let gpu = machine.attached,
      let name = attachable[gpu.kind], let size = machine.name.split(separator: "-").last,
      let cores = Int64(size), [1, 2, 4, 8, 16, 32, 64, 96].contains(cores)
    else { return nil }
    let perCore: Int64
    switch machine.name {
    case "n1-standard-\(cores)": perCore = 3840
    case "n1-highmem-\(cores)": perCore = 6656
    default: return nil
    }
    return GCPComposition(
      type: type, family: "N1 Predefined Instance", cores: cores, memoryMiB: cores * perCore,
      gpu: name, count: Int64(gpu.count))
  }
}
