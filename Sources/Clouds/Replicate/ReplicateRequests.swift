import FleetModel
import Foundation

/// What a deployment is called: its owner (a user or an organisation) and its name.
struct ReplicateName: Sendable, Hashable {
  var owner: String
  var name: String

  /// nil when the id is not "OWNER/NAME".
  init?(_ id: WorkloadID) {
    let parts = id.parts
    guard parts.count == 2, parts.allSatisfy(\.isPathPart) else { return nil }
    (owner, name) = (parts[0], parts[1])
  }

  init(owner: String, name: String) { (self.owner, self.name) = (owner, name) }

  var workload: WorkloadID { WorkloadID("\(owner)/\(name)") }
}

/// The calls to api.replicate.com/v1 that are made here, by what they are for.
struct ReplicateRequests: Sendable {
  /// "https://api.replicate.com/v1".
  let base: String

  func listDeployments() -> CloudCall { CloudCall("listDeployments", url: base + "/deployments") }

  /// The page after: the API gives it as a whole URL. nil when it leads to another scheme, host or
  /// port, or out of the list: the token goes where it says.
  func listDeployments(next: String) -> CloudCall? {
    guard let ours = URLComponents(string: base + "/deployments"),
      let theirs = URLComponents(string: next), theirs.scheme == ours.scheme,
      theirs.host == ours.host, theirs.port == ours.port, theirs.user == nil,
      theirs.password == nil, theirs.percentEncodedPath == ours.percentEncodedPath,
      theirs.fragment == nil
    else { return nil }
    return CloudCall("listDeployments", url: next)
  }

  func getDeployment(_ name: ReplicateName) -> CloudCall {
    CloudCall("getDeployment", url: url(name))
  }

  /// Makes a new release, whatever it says.
  func updateDeployment(_ name: ReplicateName, min: Int, max: Int) -> CloudCall {
    CloudCall(
      "updateDeployment", "PATCH", url: url(name),
      body: Array("{\"max_instances\":\(max),\"min_instances\":\(min)}".utf8), effect: .change)
  }

  func listHardware() -> CloudCall { CloudCall("listHardware", url: base + "/hardware") }

  private func url(_ name: ReplicateName) -> String {
    "\(base)/deployments/\(name.owner.asPathPart)/\(name.name.asPathPart)"
  }
}
