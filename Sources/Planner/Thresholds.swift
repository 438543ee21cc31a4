import FleetModel

/// Every number that turns readings into words, in one place, with its argument.
///
/// Numbers of SEMANTICS 4 marked † are our judgement until they are calibrated on real GPUs; each
/// can be overridden in finops.yaml.
public struct Thresholds: Sendable, Hashable, Codable {
  // Validity (4.1)
  /// Share of expected samples a window needs.
  public var coverage = 0.90
  /// A hole longer than this many scrape intervals voids a window.
  public var largestGapInIntervals = 3
  /// Consecutive samples of "engine 0 and yet something moves" that make a sensor fault.
  public var sensorFaultSamples = 5
  /// An energy counter that stands still this long while power flows is a frozen exporter: three
  /// of dcgm-exporter's default collect intervals of 30 s†.
  public var frozenAfter = Duration.seconds(90)

  // Idle predicate (4.3): enter below the first, leave at the second.
  public var engineIdle = 0.02
  public var engineBusy = 0.05
  /// Share of a window's samples that may lie between the two: the "p99" of the predicate.
  public var engineTail = 0.01
  /// Percent, used where the profiling field is not offered.
  public var utilizationIdle = 3.0
  public var tensorIdle = 0.005
  public var dramIdle = 0.01
  /// Bytes per second, both directions together.
  public var pcieIdle = 5_000_000.0
  /// Share of the host's CPU time in use beside which no accelerator is idle†: data is prepared for
  /// it, or something else works there.
  public var cpuIdle = 0.10
  /// Bytes per second of the host over its networks†, the loopback left out.
  public var networkIdle = 1_000_000.0
  /// Bytes per second of the host's disks, read and written†.
  public var diskIdle = 5_000_000.0
  /// Idle ceiling = the larger of the learned level × factor and the level + watts.
  public var idlePowerFactor = 1.10
  public var idlePowerMargin = 5.0
  /// No mean power over less is evidence: over a minute it is wrong by up to a quarter, over five by
  /// at most 5.2 % (simulated for exporters of 1 to 60 s and answers up to 5 s late).
  public var powerSpan = Duration.minutes(5)
  /// Nor over fewer scrape intervals: an edge is known to one of them, so twenty keep the error at a
  /// twentieth, half of the margin.
  public var powerSpanInIntervals = 20
  /// Nor over fewer moves of the counter: three whole periods of an exporter.
  public var powerSpanEdges = 4
  /// MiB above its emptiest under which a device may still be without a process: a CUDA context takes
  /// 200 MiB and more†.
  public var contextMemory = 192.0
  /// MHz of the SM clock above which somebody holds the device: NVIDIA's boards rest at 135 to 420 and
  /// are lifted to 1,000 and more. A board whose clock is locked high is held all the time, and its one
  /// level is learned as such.
  public var restingClock = 600.0
  /// Engine at or below counts as no work, up to here as low use.
  public var lowUse = 0.20
  /// Engine at or above this with no tensor, DRAM or request activity is spinning.
  public var spinning = 0.90
  /// MiB of device memory under which a device is empty.
  public var emptyMemory = 1024.0
  /// MiB by which device memory must rise between two samples to be a model loading.
  public var loadingRise = 256.0

  // Windows by kind (4.4, 4.5)
  public var batchWindow = Duration.minutes(10)
  public var devWindow = Duration.minutes(30)
  public var servingWindow = Duration.minutes(15)
  public var unlabelledWindow = Duration.minutes(60)
  public var trainingAlertWindow = Duration.minutes(30)
  /// No verdict of idleness before a node is this old (Cluster Autoscaler's max-node-provision).
  public var startupGrace = Duration.minutes(15)

  // Guards (4.7, DECISIONS 21)
  /// A decision is void when it is older.
  public var decisionLifetime = Duration.seconds(60)
  public var cycleShare = 0.10
  public var windowShare = 0.20
  public var blastWindow = Duration.minutes(10)
  public var correlatedShare = 0.30
  public var correlatedWindow = Duration.minutes(2)
  /// How long shrinking waits after so many turned idle together: time for a person to look†.
  public var correlatedHold = Duration.minutes(30)
  /// Fewer are never "together": two nodes ending one job is everyday†.
  public var correlatedFewest = 3
  /// An inventory older than this is no ground for an act: three sweeps of 30 s.
  public var inventoryAge = Duration.seconds(90)
  /// The look before the leap wants a reading younger than this (SEMANTICS 4.4).
  public var rereadAge = Duration.seconds(30)
  /// All shrinking halts when more of the fleet's metrics are unknown.
  public var unknownHalt = 0.45
  /// All shrinking in a pool halts when more of it is unhealthy.
  public var unhealthyHalt = 0.20
  /// People hear of a cloud whose clock differs by more (DECISIONS 33): a clock that is kept is a
  /// second off at most, and AWS refuses signatures from five minutes on.
  public var skewAlarm = Duration.seconds(30)
  /// A cloud whose clock differs by more gets no acts (DECISIONS 33).
  public var skewLimit = Duration.seconds(240)

  public init() {}
}
