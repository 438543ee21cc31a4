import FleetModel
import Planner
import Ports

/// An endpoint as the API describes it, as far as it is used here.
struct HuggingFaceEndpoint: Sendable, Hashable {
  var name: HuggingFaceName
  var hardware: HuggingFaceHardware.Key
  var minReplica: Int
  var maxReplica: Int
  /// One of the API's own words, "scaledToZero".
  var state: String
  var ready: Int?
  var target: Int?
  var tags: [String]

  /// nil when it lacks what an endpoint always has.
  init?(_ json: ExactJSON, namespace: String) {
    let compute = json["compute"]
    let scaling = compute["scaling"]
    guard let name = json["name"].string, let state = json["status"]["state"].string,
      let least = scaling["minReplica"].int, let most = scaling["maxReplica"].int,
      (0...100_000).contains(least), (0...100_000).contains(most)
    else { return nil }
    self.name = HuggingFaceName(namespace: namespace, name: name)
    self.state = state
    (minReplica, maxReplica) = (least, most)
    hardware = HuggingFaceHardware.Key(
      vendor: json["provider"]["vendor"].string ?? "",
      region: json["provider"]["region"].string ?? "",
      instanceType: compute["instanceType"].string ?? "",
      instanceSize: compute["instanceSize"].string ?? "")
    ready = json["status"]["readyReplica"].int
    target = json["status"]["targetReplica"].int
    tags = (json["tags"].array ?? []).compactMap(\.string)
  }

  /// All of a namespace; nil when one can not be read, since half a list would show the rest as gone.
  static func list(_ json: ExactJSON, namespace: String) -> [HuggingFaceEndpoint]? {
    guard let items = json["items"].array else { return nil }
    let endpoints = items.compactMap { HuggingFaceEndpoint($0, namespace: namespace) }
    return endpoints.count == items.count ? endpoints : nil
  }

  /// Nothing runs and nothing is billed: asleep, or put away.
  var isAtZero: Bool { state == "scaledToZero" || state == "paused" }

  func workload(cloud: CloudName) -> Workload {
    Workload(
      id: name.workload, cloud: cloud, region: hardware.place,
      desired: isAtZero ? 0 : minReplica, ready: isAtZero ? 0 : ready, state: workloadState,
      type: hardware.type, tags: labels, billing: .replicas, figures: figures)
  }

  /// A word that is not known counts as between two states: nothing is decided on it.
  private var workloadState: Workload.State {
    switch state {
    case "running": .running
    case "scaledToZero": .asleep
    case "paused": .paused
    case "failed": .failed
    // The version before the failed update may still serve.
    case "updateFailed": (ready ?? 0) > 0 ? .running : .failed
    default: .changing
    }
  }

  /// The API has plain tags; ours are "finops-pool=chat".
  private var labels: [String: String] {
    Dictionary(
      tags.map { tag in
        let halves = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(halves[0]), halves.count > 1 ? String(halves[1]) : "")
      }, uniquingKeysWith: { first, _ in first })
  }

  private var figures: [String: Double] {
    var figures = ["maximum_replicas": Double(maxReplica)]
    if let target { figures["target_replicas"] = Double(target) }
    return figures
  }
}

/// One line of the hardware list: what a replica can run on.
struct HuggingFaceHardware: Sendable, Hashable {
  /// What an endpoint and a line of the list have in common.
  struct Key: Sendable, Hashable {
    var vendor: String
    var region: String
    var instanceType: String
    var instanceSize: String

    /// "aws-us-east-1".
    var place: Region { Region("\(vendor)-\(region)") }
    /// "nvidia-l4-x1".
    var type: InstanceType { InstanceType("\(instanceType)-\(instanceSize)") }
  }

  var key: Key
  var accelerator: String
  /// Accelerators of one replica.
  var accelerators: Int
  /// US dollars an hour of one replica; nil: not said, or not readable.
  var hourly: Money?
  /// "available", "low_availability", "not_available", "reserved", "deprecated".
  var status: String
  /// Accelerators the namespace may have, and has; nil: no limit is said.
  var quota: (most: Int, used: Int)?

  static func == (left: Self, right: Self) -> Bool {
    left.key == right.key && left.status == right.status && left.hourly == right.hourly
  }
  func hash(into hasher: inout Hasher) { hasher.combine(key) }

  init?(_ json: ExactJSON, vendor: String, region: String) {
    guard let type = json["instanceType"].string, let size = json["instanceSize"].string,
      let accelerator = json["accelerator"].string, let status = json["status"].string
    else { return nil }
    key = Key(vendor: vendor, region: region, instanceType: type, instanceSize: size)
    self.accelerator = accelerator
    accelerators = max(1, json["numAccelerators"].int ?? 1)
    hourly = json["pricePerHour"].money
    self.status = status
    quota = json["quota"]["maxAccelerators"].int.map { most in
      (most: most, used: json["quota"]["usedAccelerators"].int ?? 0)
    }
  }

  /// vendors[].regions[].computes[]; a line that can not be read is left out, as its hardware can
  /// not be asked for by name either.
  static func list(_ json: ExactJSON) -> [HuggingFaceHardware]? {
    guard let vendors = json["vendors"].array else { return nil }
    return vendors.flatMap { vendor in
      (vendor["regions"].array ?? []).flatMap { region in
        (region["computes"].array ?? []).compactMap { compute in
          HuggingFaceHardware(
            compute, vendor: vendor["name"].string ?? "", region: region["name"].string ?? "")
        }
      }
    }
  }
}

/// What an answer that is no success says.
enum HuggingFaceFault {
  static func read(_ reply: HTTPResponse) -> CloudFault? {
    guard !(200...299).contains(reply.status) else { return nil }
    let json = ExactJSON(reply.body) ?? .null
    let words = message(json) ?? reply.header("X-Error-Message")
    guard let words else { return nil }
    return CloudFault(
      kind: kind(status: reply.status, words: words.lowercased()),
      code: reply.header("X-Error-Code") ?? "HTTP \(reply.status)", message: words)
  }

  /// `error` is a text, a list of texts, or an object with a message; newer answers have `errors`.
  private static func message(_ json: ExactJSON) -> String? {
    let error = json["error"]
    if let text = error.string ?? error["message"].string { return text }
    let list = (error.array ?? json["errors"].array ?? []).compactMap { item in
      item.string ?? item["message"].string
    }
    if !list.isEmpty { return list.joined(separator: "; ") }
    return json["message"].string
  }

  /// Quota and capacity both come as a 400 with a sentence.
  private static func kind(status: Int, words: String) -> ActFailure.Kind? {
    switch status {
    case 402: return .quota
    // It is being changed: nothing was done, and later it can be.
    case 409: return .throttled
    case 400, 403, 422:
      if words.contains("quota") || words.contains("exceeded the limit") { return .quota }
      let isCapacity = ["capacity", "not available", "unavailable"].contains { words.contains($0) }
      return isCapacity ? .capacity : nil
    default: return nil
    }
  }
}
