import FleetModel
import Foundation
import Planner

/// The calls to RunPod's REST API v2 (api.runpod.io) and to its data plane (api.runpod.ai) that are
/// made here; their names are the API's operation ids.
struct RunPodRequests: Sendable {
  let base: String
  let dataBase: String

  func listPods() -> CloudCall { CloudCall("listPods", url: base + "/v2/pods") }

  func getPod(_ id: String) -> CloudCall {
    CloudCall("getPod", url: "\(base)/v2/pods/\(id.asPathPart)")
  }

  func createPod(_ body: RunPodLaunch) -> CloudCall {
    CloudCall("createPod", "POST", url: base + "/v2/pods", body: body.bytes, effect: .make)
  }

  /// "start", "stop" or "terminate".
  func podAction(_ id: String, _ action: String) -> CloudCall {
    CloudCall(
      "podAction", "POST", url: "\(base)/v2/pods/\(id.asPathPart)/action",
      body: Array("{\"action\":\"\(action)\"}".utf8), effect: .change)
  }

  func listEndpoints() -> CloudCall {
    CloudCall("listEndpoints", url: base + "/v2/serverless")
  }

  func getEndpoint(_ id: String) -> CloudCall {
    CloudCall("getEndpoint", url: "\(base)/v2/serverless/\(id.asPathPart)")
  }

  func listWorkers(of id: String) -> CloudCall {
    CloudCall("listEndpointWorkers", url: "\(base)/v2/serverless/\(id.asPathPart)/workers")
  }

  /// Only the bounds: `idleTimeout` is not ours, and is refused for queue-based endpoints that scale
  /// on the number of requests.
  func updateWorkers(of id: String, min: Int, max: Int?) -> CloudCall {
    let ceiling = max.map { "\"max\":\($0)," } ?? ""
    return CloudCall(
      "updateEndpoint", "PATCH", url: "\(base)/v2/serverless/\(id.asPathPart)",
      body: Array("{\"workers\":{\(ceiling)\"min\":\(min)}}".utf8), effect: .change)
  }

  /// The data plane's count of an endpoint's jobs; its limits are its own.
  func queueHealth(of id: String) -> CloudCall {
    CloudCall("queueHealth", url: "\(dataBase)/v2/\(id.asPathPart)/health")
  }

  func listGpuTypes() -> CloudCall {
    CloudCall("listGpuTypes", url: base + "/v2/catalog/gpus")
  }

  /// Buckets of [start, end); both are widened to whole buckets by the API.
  func billing(_ kind: RunPodBilling.Kind, from: Timestamp, to: Timestamp, bucket: String)
    -> CloudCall
  {
    let query = "startTime=\(from.description.asPathPart)&endTime=\(to.description.asPathPart)"
    return CloudCall(
      kind.operation,
      url: "\(base)/v2/billing/\(kind.rawValue)?\(query)&bucketSize=\(bucket.asPathPart)")
  }
}

/// What a new pod is asked to be. Pods have no tags: ours stand in one variable, FINOPS_TAGS, as
/// JSON, and the name says fleet and token too, for people and for the sweep.
struct RunPodLaunch: Sendable, Hashable, Encodable {
  var name: String
  var cloud: String
  var dataCenterIds: [String]?
  var env: [String: String]
  var gpu: GPU
  var image: String?
  var templateId: String?

  struct GPU: Sendable, Hashable, Encodable {
    var id: String
    var count: Int
  }

  /// "template:ID" in place of an image names a template.
  init(_ spec: LaunchSpec, token: String, fleet: String, tags: [String: String]) {
    name = RunPodTags.name(fleet: fleet, token: token)
    cloud = spec.region.rawValue.uppercased()
    dataCenterIds = spec.zone.map { [$0] }
    env = RunPodTags.variables(tags)
    let type = RunPodType(spec.type)
    gpu = GPU(id: type.gpu, count: type.count)
    let template = "template:"
    if spec.image.hasPrefix(template) {
      templateId = String(spec.image.dropFirst(template.count))
    } else {
      image = spec.image
    }
  }

  /// The same values give the same bytes.
  var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { Array($0) } ?? []
  }
}

/// A machine type here: a GPU as RunPod's catalogue names it, and how many of it,
/// "NVIDIA H100 80GB HBM3 x8"; without a number it is one.
struct RunPodType: Sendable, Hashable {
  var gpu: String
  var count: Int

  init(gpu: String, count: Int) { (self.gpu, self.count) = (gpu, count) }

  init(_ type: InstanceType) {
    let text = type.rawValue
    self.init(gpu: text, count: 1)
    guard let space = text.lastIndex(of: " ") else { return }
    let tail = text[text.index(after: space)...]
    guard tail.first == "x", let count = Int(tail.dropFirst()), count > 0 else { return }
    self.init(gpu: String(text[..<space]), count: count)
  }

  var type: InstanceType { InstanceType(count == 1 ? gpu : "\(gpu) x\(count)") }
}

/// Our tags in a pod's name and variables.
enum RunPodTags {
  static let variable = "FINOPS_TAGS"

  /// What a person may set by hand on a pod of their own.
  private static let byHand = [
    "FINOPS_FLEET": Tag.fleet, "FINOPS_POOL": Tag.pool, "FINOPS_TARGET": Tag.target,
    "FINOPS_PROTECT": Tag.protect, "FINOPS_OWNER": Tag.owner,
  ]

  static func name(fleet: String, token: String) -> String { "finops.\(fleet).\(token)" }

  static func variables(_ tags: [String: String]) -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = (try? encoder.encode(tags)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    return [variable: text]
  }

  /// The tags of a pod: the name's, the variable's, those set by hand; later ones win.
  static func read(name: String, env: [String: String], locked: Bool) -> [String: String] {
    var tags = named(name)
    if let json = ExactJSON(Array((env[variable] ?? "").utf8))?.object {
      for (key, value) in json { tags[key] = value.string }
    }
    for (variable, key) in byHand { tags[key] = env[variable] ?? tags[key] }
    // RunPod refuses to stop a locked pod; the guard says so before it is asked.
    if locked { tags[Tag.protect] = "true" }
    tags["Name"] = tags["Name"] ?? name
    return tags
  }

  private static func named(_ name: String) -> [String: String] {
    guard name.hasPrefix("finops."), let dot = name.lastIndex(of: ".") else { return [:] }
    let fleet = name[..<dot].dropFirst("finops.".count)
    let token = name[name.index(after: dot)...]
    guard !fleet.isEmpty, !token.isEmpty else { return [:] }
    return [Tag.fleet: String(fleet), Tag.intent: String(token)]
  }
}
