import FleetModel

/// One pod of the fake. What ends by itself has ended when it is looked at.
struct RunPodPodState: Sendable {
  let id: String
  let name: String
  let gpu: String
  let count: Int
  let image: String
  let cloud: String
  let dataCenter: String
  let env: [String: PlainJSON]
  let createdAt: Timestamp
  var visibleAt: Timestamp
  var locked = false
  var terminatedAt: Timestamp?
  private(set) var status = "PROVISIONING"
  private var startedAt: Timestamp?
  /// When PROVISIONING becomes STARTING, and that RUNNING.
  private var starts: (middle: Timestamp, end: Timestamp)?

  init(
    id: String, name: String, gpu: String, count: Int, image: String, cloud: String,
    dataCenter: String, env: [String: PlainJSON], at now: Timestamp
  ) {
    self.id = id
    self.name = name
    self.gpu = gpu
    self.count = count
    self.image = image
    self.cloud = cloud
    self.dataCenter = dataCenter
    self.env = env
    (createdAt, visibleAt) = (now, now)
  }

  mutating func turn(to word: String) {
    status = word
    starts = nil
    if word == "RUNNING" { startedAt = createdAt }
  }

  mutating func start(after lag: Duration, at now: Timestamp) {
    status = "PROVISIONING"
    starts = (now.advanced(by: lag / 2), now.advanced(by: lag))
  }

  /// As it is at that moment.
  func settled(at now: Timestamp) -> Self {
    guard let starts, starts.middle <= now else { return self }
    var copy = self
    copy.status = starts.end <= now ? "RUNNING" : "STARTING"
    copy.startedAt = starts.middle
    if starts.end <= now { copy.starts = nil }
    return copy
  }

  /// What may be asked of it now (podAction's table).
  var actions: [String] {
    switch status {
    case "RUNNING": ["stop", "restart", "terminate"]
    case "EXITED", "ERROR": ["start", "terminate"]
    case "PROVISIONING", "STARTING": ["stop", "terminate"]
    default: []
    }
  }

  /// As the API writes it.
  var body: PlainJSON {
    let isBilled = status != "EXITED" && status != "TERMINATED"
    let each = RunPodState.gpus[gpu]?.secure ?? 0
    return [
      "id": .string(id), "name": .string(name), "status": .string(status),
      "actions": .array(actions.map { .string($0) }), "image": .string(image), "args": "",
      "disk": 20, "mounts": [:], "ports": [], "env": .object(env), "registry": .null,
      "gpu": ["id": .string(gpu), "count": .int(count)], "cloud": .string(cloud),
      "dataCenterId": .string(dataCenter), "cudaVersion": "12.8",
      "ssh": ["proxy": .null, "direct": .null], "template": .null,
      "cost": .double(isBilled ? each * Double(count) : 0), "locked": .bool(locked),
      "runtime": status == "RUNNING" ? ["uptime": 60] : .null,
      "createdAt": .string(createdAt.description),
      "startedAt": startedAt.map { .string($0.description) } ?? .null,
      "globalNetworking": ["enabled": false],
    ]
  }
}
