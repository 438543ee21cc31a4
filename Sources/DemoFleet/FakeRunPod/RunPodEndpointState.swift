import FleetModel

/// One serverless endpoint of the fake, its workers and its queue.
struct RunPodEndpointState: Sendable {
  let id: String
  let pool: String
  let isQueue: Bool
  let createdAt: Timestamp
  var scalesOnRequests: Bool
  var least: Int
  var most: Int
  var idleTimeout = 5
  var env: PlainJSON = [:]
  private(set) var waiting = 0
  private(set) var running = 0
  /// How often its bounds were changed.
  var changes = 0
  /// Workers that are ready, and how many there are to be from a moment on.
  private var ready: Int
  private var next: (count: Int, at: Timestamp)?

  init(
    id: String, workers: ClosedRange<Int>, pool: String, scalesOnRequests: Bool, isQueue: Bool,
    at now: Timestamp
  ) {
    self.id = id
    self.pool = pool
    self.isQueue = isQueue
    self.scalesOnRequests = scalesOnRequests
    createdAt = now
    (least, most) = (workers.lowerBound, workers.upperBound)
    ready = workers.lowerBound
  }

  /// One worker a job, within the bounds.
  private var wanted: Int { min(most, max(least, waiting + running)) }

  mutating func setJobs(waiting: Int, running: Int, _ lag: Duration, at now: Timestamp) {
    (self.waiting, self.running) = (waiting, running)
    place(lag, at: now)
  }

  /// Fewer at once, more after the lag.
  mutating func place(_ lag: Duration, at now: Timestamp) {
    ready = min(count(at: now), wanted)
    next = wanted > ready ? (wanted, now.advanced(by: lag)) : nil
  }

  private func count(at now: Timestamp) -> Int {
    guard let next, next.at <= now else { return ready }
    return next.count
  }

  var body: PlainJSON {
    var workers: PlainJSON = ["min": .int(least), "max": .int(most)]
    // Left out where it does not apply.
    if !isQueue || !scalesOnRequests { workers["idleTimeout"] = .int(idleTimeout) }
    let scaling: PlainJSON =
      scalesOnRequests
      ? ["type": "REQUEST_COUNT", "requestCount": 4] : ["type": "QUEUE_DELAY", "queueDelay": 4]
    return [
      "id": .string(id), "name": .string("demo-" + id),
      "type": isQueue ? "QUEUE" : "LOAD_BALANCER", "image": "demo/worker:1", "args": "",
      "disk": 20, "env": env, "ports": [], "registry": .null,
      "gpu": [
        "pools": [.string(pool)], "count": 1, "allowedCudaVersions": [], "minCudaVersion": .null,
      ], "workers": workers, "scaling": scaling, "dataCenterIds": [], "networkVolumes": [],
      "timeout": 300_000, "flashboot": "FLASHBOOT", "createdAt": .string(createdAt.description),
    ]
  }

  func workersBody(at now: Timestamp) -> PlainJSON {
    let ready = count(at: now)
    let total = max(ready, next?.count ?? 0)
    let words = (0..<total).map { index in
      index >= ready ? "INITIALIZING" : index < running ? "RUNNING" : "IDLE"
    }
    let workers = words.enumerated().map { index, word -> PlainJSON in
      [
        "id": .string("w\(index)\(id)"), "status": .string(word), "isStale": false, "gpuCount": 1,
        "version": 1, "image": "demo/worker:1", "uptimeSeconds": .null, "gpuTypeId": "NVIDIA L4",
        "dataCenterId": "US-KS-2", "startedAt": .null,
      ]
    }
    func number(_ word: String) -> PlainJSON { .int(words.filter { $0 == word }.count) }
    return [
      "workers": .array(workers), "endpointVersion": 1,
      "summary": [
        "running": number("RUNNING"), "idle": number("IDLE"),
        "initializing": number("INITIALIZING"), "throttled": 0, "unhealthy": 0,
        "total": .int(total),
      ],
    ]
  }

  /// The data plane's answer.
  var healthBody: PlainJSON {
    [
      "jobs": [
        "completed": 0, "failed": 0, "inProgress": .int(running), "inQueue": .int(waiting),
        "retried": 0,
      ],
      "workers": [
        "idle": .int(max(0, ready - running)), "initializing": 0, "ready": .int(ready),
        "running": .int(min(ready, running)), "throttled": 0, "unhealthy": 0,
      ],
    ]
  }
}

extension RunPodState {
  private static let updateFields: Set<String> = [
    "args", "cpu", "dataCenterIds", "disk", "env", "flashboot", "gpu", "image", "name",
    "networkVolumes", "ports", "registry", "scaling", "templateId", "timeout", "workers",
  ]

  mutating func updateEndpoint(
    _ id: String, _ bytes: [UInt8], at now: Timestamp
  ) throws(Refusal) -> PlainJSON {
    var endpoint = try endpoint(id)
    guard let body = PlainJSON(bytes), body.object != nil else {
      throw Refusal(status: 400, detail: "the body is no JSON object")
    }
    let workers = body["workers"]
    var errors = Self.unknown(body, Self.updateFields)
    errors += Self.unknown(workers, ["min", "max", "idleTimeout"], at: "$.workers")
    let ranges = ["min": 0...10_000, "max": 0...10_000, "idleTimeout": 1...3600]
    for (name, range) in ranges.sorted(by: { $0.key < $1.key }) where workers[name] != .null {
      let fits = workers[name].int.map(range.contains) ?? false
      if !fits { errors.append("$.workers.\(name): not in \(range)") }
    }
    guard errors.isEmpty else { throw Self.invalid(errors) }
    if let word = body["scaling"]["type"].string {
      endpoint.scalesOnRequests = word == "REQUEST_COUNT"
    }
    try take(workers, &endpoint)
    endpoint.place(lag.start, at: now)
    endpoints[id] = endpoint
    return endpoint.body
  }

  private func take(
    _ workers: PlainJSON, _ endpoint: inout RunPodEndpointState
  ) throws(Refusal) {
    if let timeout = workers["idleTimeout"].int {
      guard !(endpoint.isQueue && endpoint.scalesOnRequests) else {
        throw Refusal(
          status: 400,
          detail: "workers.idleTimeout does not apply to queue-based endpoints on requestCount")
      }
      endpoint.idleTimeout = timeout
    }
    let least = workers["min"].int ?? endpoint.least
    let most = workers["max"].int ?? endpoint.most
    guard most >= least else {
      throw Refusal(status: 400, detail: "workers.max must not be less than workers.min")
    }
    let others = endpoints.values.filter { $0.id != endpoint.id }.reduce(0) { $0 + $1.most }
    guard others + most <= workerLimit else {
      throw Refusal(
        status: 400,
        detail:
          "Max workers across all endpoints must not exceed your workers quota (\(workerLimit))")
    }
    if (least, most) != (endpoint.least, endpoint.most) { endpoint.changes += 1 }
    (endpoint.least, endpoint.most) = (least, most)
  }
}
