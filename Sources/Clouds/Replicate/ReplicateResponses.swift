import FleetModel
import Foundation
import Planner
import Ports

/// A deployment as the API describes it: its current release's configuration; what runs is not said.
struct ReplicateDeployment: Sendable, Hashable {
  var name: ReplicateName
  var release: Int
  var hardware: String
  var least: Int
  var most: Int

  /// nil when it lacks what a deployment always has.
  init?(_ json: ExactJSON) {
    let release = json["current_release"]
    let configuration = release["configuration"]
    guard let owner = json["owner"].string, let name = json["name"].string,
      let number = release["number"].int, let hardware = configuration["hardware"].string,
      let least = configuration["min_instances"].int,
      let most = configuration["max_instances"].int, (0...100_000).contains(least),
      (0...100_000).contains(most)
    else { return nil }
    self.name = ReplicateName(owner: owner, name: name)
    self.release = number
    self.hardware = hardware
    (self.least, self.most) = (least, most)
  }

  /// With a floor of zero it sleeps between requests; with one it runs, as far as anyone can see.
  func workload(cloud: CloudName) -> Workload {
    Workload(
      id: name.workload, cloud: cloud, desired: least,
      state: most == 0 ? .paused : least == 0 ? .asleep : .running,
      type: InstanceType(hardware), billing: .replicas,
      figures: ["maximum_replicas": Double(most), "release_number": Double(release)])
  }
}

/// One page of the list, and the URL of the next one.
struct ReplicatePage: Sendable, Hashable {
  var deployments: [ReplicateDeployment]
  var next: String?

  /// nil when one can not be read, since half a list would show the rest as gone.
  init?(_ json: ExactJSON) {
    guard let results = json["results"].array else { return nil }
    deployments = results.compactMap(ReplicateDeployment.init)
    guard deployments.count == results.count else { return nil }
    next = json["next"].string
  }
}

/// What an answer that is no success says: problem+json, or field errors.
enum ReplicateFault {
  static func read(_ reply: HTTPResponse) -> CloudFault? {
    guard !(200...299).contains(reply.status), let json = ExactJSON(reply.body) else { return nil }
    let words = json["detail"].string ?? json["title"].string ?? fields(json)
    guard let words else { return nil }
    return CloudFault(
      kind: kind(status: reply.status, words: words.lowercased()),
      code: json["title"].string ?? "HTTP \(reply.status)", message: words)
  }

  /// {"min_instances": ["Ensure this value is…"]}.
  private static func fields(_ json: ExactJSON) -> String? {
    let lines = (json.object ?? [:]).sorted { $0.key < $1.key }.compactMap { name, value in
      (value.array?.compactMap(\.string).joined(separator: " ")).map { "\(name): \($0)" }
    }
    return lines.isEmpty ? nil : lines.joined(separator: "; ")
  }

  private static func kind(status: Int, words: String) -> ActFailure.Kind? {
    switch status {
    // No credit: by waiting it does not come.
    case 402: return .quota
    case 400, 403, 422:
      if ["quota", "maximum number", "limit"].contains(where: words.contains) { return .quota }
      let isCapacity = ["capacity", "not available", "unavailable"].contains { words.contains($0) }
      return isCapacity ? .capacity : nil
    default: return nil
    }
  }
}
