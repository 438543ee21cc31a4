import FleetModel
import Foundation

/// What an endpoint is called: its namespace (a user or an organisation) and its name.
struct HuggingFaceName: Sendable, Hashable {
  var namespace: String
  var name: String

  /// nil when the id is not "NAMESPACE/NAME".
  init?(_ id: WorkloadID) {
    let parts = id.parts
    guard parts.count == 2, parts.allSatisfy(\.isPathPart) else { return nil }
    (namespace, name) = (parts[0], parts[1])
  }

  init(namespace: String, name: String) { (self.namespace, self.name) = (namespace, name) }

  var workload: WorkloadID { WorkloadID("\(namespace)/\(name)") }
}

/// The calls to api.endpoints.huggingface.cloud/v2 that are made here, by what they are for.
struct HuggingFaceCalls: Sendable {
  /// "https://api.endpoints.huggingface.cloud/v2".
  let base: String

  func listEndpoints(in namespace: String) -> CloudCall {
    CloudCall("listEndpoints", url: "\(base)/endpoint/\(namespace.asPathPart)")
  }

  func getEndpoint(_ name: HuggingFaceName) -> CloudCall {
    CloudCall("getEndpoint", url: url(name))
  }

  /// What hardware there is, what it costs, and how much of it the namespace may have.
  func listHardware(for namespace: String) -> CloudCall {
    CloudCall("listHardware", url: "\(base)/provider/\(namespace.asPathPart)")
  }

  /// Only what is given changes.
  func updateEndpoint(_ name: HuggingFaceName, _ scaling: HuggingFaceScaling) -> CloudCall {
    let fields = scaling.fields.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",")
    return CloudCall(
      "updateEndpoint", "PUT", url: url(name),
      body: Array("{\"compute\":{\"scaling\":{\(fields)}}}".utf8), effect: .change)
  }

  func pauseEndpoint(_ name: HuggingFaceName) -> CloudCall {
    CloudCall("pauseEndpoint", "POST", url: url(name) + "/pause", effect: .change)
  }

  func resumeEndpoint(_ name: HuggingFaceName) -> CloudCall {
    CloudCall("resumeEndpoint", "POST", url: url(name) + "/resume", effect: .change)
  }

  func scaleEndpointToZero(_ name: HuggingFaceName) -> CloudCall {
    CloudCall("scaleEndpointToZero", "POST", url: url(name) + "/scale-to-zero", effect: .change)
  }

  private func url(_ name: HuggingFaceName) -> String {
    "\(base)/endpoint/\(name.namespace.asPathPart)/\(name.name.asPathPart)"
  }
}

/// The bounds between which Hugging Face's own autoscaler moves; nil: left as it is.
struct HuggingFaceScaling: Sendable, Hashable {
  var minReplica: Int?
  var maxReplica: Int?

  /// Those that are given, by their names on the wire, in the order of the alphabet.
  var fields: [(name: String, value: Int)] {
    [("maxReplica", maxReplica), ("minReplica", minReplica)].compactMap { name, value in
      value.map { (name, $0) }
    }
  }
}
