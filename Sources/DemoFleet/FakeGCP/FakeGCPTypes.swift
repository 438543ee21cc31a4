import FleetModel

/// Facts of the machine types the fake sells (Compute Engine, GPU machine types).
struct FakeGCPType: Sendable {
  var name: String
  var cpus: Int
  var memoryMiB: Int
  var gpu: String?
  var count: Int

  init(_ name: String, _ cpus: Int, _ gigabytes: Int, _ gpu: String? = nil, _ count: Int = 0) {
    self.name = name
    self.cpus = cpus
    memoryMiB = gigabytes * 1024
    self.gpu = gpu
    self.count = count
  }

  static let all: [String: FakeGCPType] = Dictionary(
    uniqueKeysWithValues: [
      FakeGCPType("g2-standard-4", 4, 16, "nvidia-l4", 1),
      FakeGCPType("g2-standard-8", 8, 32, "nvidia-l4", 1),
      FakeGCPType("g2-standard-24", 24, 96, "nvidia-l4", 2),
      FakeGCPType("g2-standard-96", 96, 384, "nvidia-l4", 8),
      FakeGCPType("a2-highgpu-1g", 12, 85, "nvidia-tesla-a100", 1),
      FakeGCPType("a2-highgpu-8g", 96, 680, "nvidia-tesla-a100", 8),
      FakeGCPType("a2-ultragpu-8g", 96, 1360, "nvidia-a100-80gb", 8),
      FakeGCPType("a3-highgpu-8g", 208, 1872, "nvidia-h100-80gb", 8),
      FakeGCPType("n1-standard-8", 8, 30), FakeGCPType("n1-highmem-4", 4, 26),
      FakeGCPType("e2-standard-4", 4, 16),
    ].map { ($0.name, $0) })

  /// What is attached to N1 machines, and how many a machine takes.
  static let attachable = ["nvidia-tesla-t4": 4, "nvidia-tesla-v100": 8, "nvidia-tesla-p4": 4]
}

/// One machine of the fake. What it will become is written when it begins, and read at a moment.
struct FakeGCPInstance: Sendable {
  var number: UInt64
  var name: String
  var zone: String
  var type: String
  var labels: [String: String]
  var metadata: [String: String]
  var accelerators: [(kind: String, count: Int)]
  var scheduling: GCPJSON
  var reservation: GCPJSON?
  var network: GCPJSON
  var address: String
  var createdAt: Timestamp
  var startedAt: Timestamp
  /// Lists do not know it before.
  var visibleAt: Timestamp
  /// What it turns into and when, oldest first.
  var timeline: [(status: String, at: Timestamp)]
  /// From here on it does not exist.
  var goneAt: Timestamp?
  /// The group that keeps it, by its path.
  var group: String?
  /// Gigabytes of each local SSD.
  var localDisks: [Int] = []
  var isProtected = false

  func status(at moment: Timestamp) -> String {
    timeline.last { $0.at <= moment }?.status ?? timeline.first?.status ?? "PROVISIONING"
  }

  func exists(at moment: Timestamp) -> Bool { goneAt.map { moment < $0 } ?? true }

  /// Is to stay: not gone and not going.
  func stays(at moment: Timestamp) -> Bool { goneAt == nil && exists(at: moment) }

  mutating func boot(at now: Timestamp, lag: Duration) {
    startedAt = now
    timeline = [
      ("PROVISIONING", now), ("STAGING", now.advanced(by: lag / 2)),
      ("RUNNING", now.advanced(by: lag)),
    ]
  }

  mutating func halt(at now: Timestamp, lag: Duration, in end: String = "TERMINATED") {
    let middle = end == "SUSPENDED" ? "SUSPENDING" : "STOPPING"
    timeline = [(middle, now), (end, now.advanced(by: lag))]
  }

  mutating func end(at now: Timestamp, lag: Duration) {
    timeline = [("STOPPING", now)]
    goneAt = now.advanced(by: lag)
  }
}

struct FakeGCPGroup: Sendable {
  var number: UInt64
  var name: String
  /// "zones/us-central1-a" or "regions/us-central1".
  var scope: String
  var template: String
  var targetSize: Int
  var labels: [String: String]
  var autoscaler: String?
  var createdAt: Timestamp
  var path: String { "\(scope)/instanceGroupManagers/\(name)" }
}

struct FakeGCPTemplate: Sendable {
  var number: UInt64
  var name: String
  var type: String
  var labels: [String: String]
  var createdAt: Timestamp
}

/// A change, and when it is done.
struct FakeGCPOperation: Sendable {
  var name: String
  var number: UInt64
  var kind: String
  var scope: String
  /// The path of what it changes, below the project.
  var target: String
  var targetNumber: UInt64
  var at: Timestamp
  var startAt: Timestamp
  var doneAt: Timestamp
  var error: GCPJSON?
  var status = 200

  func state(at moment: Timestamp) -> String {
    if moment < startAt { return "PENDING" }
    return moment < doneAt ? "RUNNING" : "DONE"
  }
}
