import FleetModel
import Planner
import Ports

/// A pod as the API describes it, as far as it is used here.
struct RunPodPod: Sendable, Hashable {
  var id: String
  var name: String
  var status: String
  var type: InstanceType
  var gpuCount: Int
  var tier: String
  var dataCenter: String
  var address: String?
  var startedAt: Timestamp
  var tags: [String: String]
  /// A person locked it: RunPod refuses to stop it.
  var isLocked: Bool

  init?(_ json: ExactJSON) {
    guard let id = json["id"].string, let name = json["name"].string,
      let status = json["status"].string, Self.states[status] != nil,
      let createdAt = json["createdAt"].string.flatMap({ Timestamp(rfc3339: $0) })
    else { return nil }
    self.id = id
    self.name = name
    self.status = status
    gpuCount = json["gpu"]["count"].int ?? (json["gpu"]["id"].string == nil ? 0 : 1)
    type =
      RunPodType(
        gpu: json["gpu"]["id"].string ?? json["cpu"]["id"].string ?? "", count: max(1, gpuCount)
      )
      .type
    tier = (json["cloud"].string ?? "").lowercased()
    dataCenter = json["dataCenterId"].string ?? ""
    address = json["globalNetworking"]["ip"].string
    startedAt = json["startedAt"].string.flatMap { Timestamp(rfc3339: $0) } ?? createdAt
    isLocked = json["locked"].bool == true
    tags = RunPodTags.read(
      name: name, env: (json["env"].object ?? [:]).compactMapValues(\.string), locked: isLocked)
    if status == "ERROR" { tags["runpod-status"] = status }
  }

  static func list(_ json: ExactJSON) -> [RunPodPod]? {
    guard let items = json["pods"].array else { return nil }
    let pods = items.compactMap(RunPodPod.init)
    return pods.count == items.count ? pods : nil
  }

  /// A pod in ERROR is billed, so it counts as running; what it does is not to be seen here.
  static let states: [String: InstanceState] = [
    "PROVISIONING": .pending, "STARTING": .pending, "RUNNING": .running, "ERROR": .running,
    "EXITED": .stopped, "TERMINATED": .terminated,
  ]

  var state: InstanceState { Self.states[status] ?? .pending }

  /// The region is the tier, "secure" or "community": prices differ by it. The zone is the data
  /// centre.
  func node(cloud: CloudName) -> Node {
    Node(
      id: NodeID(id), cloud: cloud, region: Region(tier), zone: dataCenter, type: type,
      state: state, launchedAt: startedAt, tags: tags, privateAddress: address,
      acceleratorCount: gpuCount, facts: facts)
  }

  private var facts: NodeFacts {
    guard isLocked else { return NodeFacts() }
    return NodeFacts(
      hindrances: MachineAct.allCases.map {
        ActHindrance(
          $0, .protected, because: "the pod is locked", remedy: "unlock the pod to let it go")
      })
  }
}

/// A serverless endpoint, as far as it is used here.
struct RunPodEndpoint: Sendable, Hashable {
  var id: String
  var name: String
  var isQueue: Bool
  var least: Int
  var most: Int
  var type: InstanceType?

  init?(_ json: ExactJSON) {
    guard let id = json["id"].string, let name = json["name"].string,
      let least = json["workers"]["min"].int, let most = json["workers"]["max"].int,
      (0...100_000).contains(least), (0...100_000).contains(most)
    else { return nil }
    self.id = id
    self.name = name
    (self.least, self.most) = (least, most)
    isQueue = json["type"].string != "LOAD_BALANCER"
    // Of several pools nobody knows which one a worker gets, nor what it costs.
    let pools = (json["gpu"]["pools"].array ?? []).compactMap(\.string)
    if pools.count == 1 {
      type = RunPodType(gpu: pools[0], count: max(1, json["gpu"]["count"].int ?? 1)).type
    }
  }

  static func list(_ json: ExactJSON) -> [RunPodEndpoint]? {
    guard let items = json["endpoints"].array else { return nil }
    let endpoints = items.compactMap(RunPodEndpoint.init)
    return endpoints.count == items.count ? endpoints : nil
  }

  var workload: WorkloadID { WorkloadID("serverless/\(id)") }

  func workload(
    cloud: CloudName, _ workers: RunPodWorkers?, _ load: Workload.Load?
  ) -> Workload {
    var figures = ["maximum_replicas": Double(most)]
    if let workers {
      figures["initializing_replicas"] = Double(workers.initializing)
      figures["throttled_replicas"] = Double(workers.throttled)
      figures["unhealthy_replicas"] = Double(workers.unhealthy)
    }
    return Workload(
      id: workload, cloud: cloud, region: "serverless", desired: least, ready: workers?.ready,
      state: state(workers), type: type, tags: ["Name": name],
      billing: .replicas, load: load, figures: figures)
  }

  private func state(_ workers: RunPodWorkers?) -> Workload.State {
    if most == 0 { return .paused }
    guard let workers else { return least == 0 ? .asleep : .running }
    if workers.total > 0, workers.unhealthy == workers.total { return .failed }
    if workers.ready < least { return .changing }
    return workers.total == 0 ? .asleep : .running
  }
}

/// How many workers an endpoint has, by what they do.
struct RunPodWorkers: Sendable, Hashable {
  var running: Int
  var idle: Int
  var initializing: Int
  var throttled: Int
  var unhealthy: Int
  var total: Int

  init?(_ json: ExactJSON) {
    let summary = json["summary"]
    guard let running = summary["running"].int, let idle = summary["idle"].int,
      let total = summary["total"].int, running >= 0, idle >= 0, total >= 0
    else { return nil }
    (self.running, self.idle, self.total) = (running, idle, total)
    initializing = summary["initializing"].int ?? 0
    throttled = summary["throttled"].int ?? 0
    unhealthy = summary["unhealthy"].int ?? 0
  }

  /// Takes requests, or works on one.
  var ready: Int { running.addingReportingOverflow(idle).partialValue }
}

/// What an answer that is no success says: problem+json.
enum RunPodFault {
  static let conflict = "Conflict"

  static func read(_ reply: HTTPResponse) -> CloudFault? {
    guard !(200...299).contains(reply.status), let json = ExactJSON(reply.body),
      let detail = json["detail"].string ?? json["title"].string
    else { return nil }
    let errors = (json["errors"].array ?? []).compactMap(\.string)
    let message = ([detail] + errors).joined(separator: "; ")
    let code = reply.status == 409 ? conflict : json["title"].string ?? "HTTP \(reply.status)"
    return CloudFault(
      kind: kind(status: reply.status, words: message.lowercased()), code: code, message: message)
  }

  /// A 400 means "no capacity", "past a limit" or "against a rule"; only its sentence tells which.
  private static func kind(status: Int, words: String) -> ActFailure.Kind? {
    switch status {
    case 402: return .quota
    case 400:
      if quota.contains(where: words.contains) { return .quota }
      return capacity.contains(where: words.contains) ? .capacity : nil
    default: return nil
    }
  }

  private static let quota = ["quota", "balance", "spend limit", "worker limit", "max workers"]
  private static let capacity = [
    "capacity", "no longer any instances", "not enough free gpus", "no instances",
    "could not be placed", "unavailable", "not available",
  ]
}
