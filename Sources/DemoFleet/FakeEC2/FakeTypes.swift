/// Facts of the machine types the fake cloud sells (EC2 user guide, accelerated computing; the
/// memory in MiB and the instance store in GB are what DescribeInstanceTypes states).
struct FakeType: Sendable {
  var name: String
  var gpus: Int
  var gpu: String
  var memory: Int
  /// Of all its disks together; 0: it has none.
  var store = 0
  /// GPUs that a driver sees of a type that has a share of one; `gpus` is 0 then.
  var logical = 0

  static let all: [String: FakeType] = Dictionary(
    uniqueKeysWithValues: [
      FakeType(name: "p6-b200.48xlarge", gpus: 8, gpu: "B200", memory: 183_359, store: 30_400),
      FakeType(name: "p5en.48xlarge", gpus: 8, gpu: "H200", memory: 144_384, store: 30_400),
      FakeType(name: "p5.48xlarge", gpus: 8, gpu: "H100", memory: 81_920, store: 30_400),
      FakeType(name: "p5.4xlarge", gpus: 1, gpu: "H100", memory: 81_920, store: 3_800),
      FakeType(name: "p4de.24xlarge", gpus: 8, gpu: "A100", memory: 81_920, store: 8_000),
      FakeType(name: "p4d.24xlarge", gpus: 8, gpu: "A100", memory: 40_960, store: 8_000),
      FakeType(name: "g6e.48xlarge", gpus: 8, gpu: "L40S", memory: 45_776, store: 7_600),
      FakeType(name: "g6e.xlarge", gpus: 1, gpu: "L40S", memory: 45_776, store: 250),
      FakeType(name: "g6.48xlarge", gpus: 8, gpu: "L4", memory: 22_888, store: 7_520),
      FakeType(name: "g6.xlarge", gpus: 1, gpu: "L4", memory: 22_888, store: 250),
      FakeType(name: "g5.48xlarge", gpus: 8, gpu: "A10G", memory: 22_888, store: 7_600),
      FakeType(name: "g5.xlarge", gpus: 1, gpu: "A10G", memory: 22_888, store: 250),
      FakeType(name: "g6f.large", gpus: 0, gpu: "L4", memory: 2_861, store: 100, logical: 1),
      FakeType(name: "m7i.large", gpus: 0, gpu: "", memory: 0),
    ].map { ($0.name, $0) })
}
