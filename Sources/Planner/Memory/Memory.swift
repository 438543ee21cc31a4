public import CostModel
public import FleetModel

/// What the policies remember between ticks; a value, folded purely from readings and outcomes.
///
/// Kept with every snapshot, so that a replay is exact and a restart forgets nothing (DECISIONS 4).
public struct Memory: Sendable, Hashable, Codable {
  /// By target: idle clocks and windows of what is scraped there.
  public var targets: [Target: TargetMemory] = [:]
  /// By node: generations, acts, off time.
  public var nodes: [NodeID: NodeMemory] = [:]
  /// By pool: launch generations, recent shrinking acts, quarantine.
  public var pools: [PoolName: PoolMemory] = [:]
  /// When nodes last turned idle, for the correlated-idle hold; only the last few minutes.
  public var turnedIdle: [Timestamp] = []
  /// Up to where usage has been accounted; nil before the first tick.
  public var accountedAt: Timestamp?
  /// What is in the books, oldest first, where it is not everything up to `accountedAt`: clocks are
  /// set back and forth. nil: an older program stored it.
  public var booked: [BookedSpan]?
  /// The last ledger event folded in.
  public var lastEvent: Int64 = 0
  /// Acts that are under way or were when we crashed, by key.
  public var openActions: [DecisionKey: OpenAction] = [:]
  /// Keys of acts that ended lately, oldest first: a ledger line heard twice changes nothing.
  public var settled: [DecisionKey] = []
  /// Which target an accelerator was last heard from; two at once are a conflict (F11).
  public var owners: [AcceleratorID: Target] = [:]
  /// When acts began, for the limit of acts a minute; the last few minutes.
  public var acts: [Timestamp]?
  /// Decisions in pools on `approve` that were told to people and have not ended, by key, each as
  /// it was recorded.
  public var waiting: [DecisionKey: Decision]?
  /// By price: the last good one. Folded from polls.
  public var prices: [PriceID: PriceMemory]?
  /// What the month has cost so far; kept only while there are budgets.
  public var month: MonthSpend?
  /// How many machines of each kind ran, hour by hour, the last 30 days; sorted by kind.
  public var usage: [HourlyUse]?
  /// How launches and starts of each machine type ended lately; sorted by cloud and type.
  public var starts: [StartLog]?
  /// What clouds announced of nodes' ends, by node; nil: nothing.
  public var notices: [NodeID: NoticeMemory]?
  /// Where devices of each type rest; looked at again now and then.
  public var power: FleetPower?
  /// Nodes that turned idle together on their sensors' word alone; nil: none did.
  public var suspectTurns: SuspectTurns?

  public init() {}
}

/// What is remembered of one scraped target.
public struct TargetMemory: Sendable, Hashable, Codable {
  public var accelerators = AcceleratorMemories()
  public var lastReadingAt: Timestamp?
  public var lastAttemptAt: Timestamp?
  /// Consecutive failed scrapes.
  public var failures = 0
  public var lastRequests: RequestReading?
  /// A GPU of this target was heard from another target too.
  public var conflict: AcceleratorID?
  /// A digest-free count of identical consecutive readings, for the frozen-exporter detector.
  public var unchangedReadings = 0
  /// Something worked here at the last reading that could tell.
  public var atWork = false
  /// When all of it went from work to idle; nil while at work and for what was idle at first sight.
  public var turnedIdleAt: Timestamp?
  /// Since when it has been at work; short pauses do not end a job (`LongJob`).
  public var workedSince: Timestamp?
  /// When that work paused; nil while at work.
  public var workPausedAt: Timestamp?
  /// The last reading that held request counters, which may be older than the last reading.
  public var requestsAt: Timestamp?
  /// What its counters did before that.
  public var requestRates: RequestRates?
  /// The host's counters when they were last heard, and when that was.
  public var lastHost: HostReading?
  public var hostAt: Timestamp?
  /// When `conflict` was last contradicted: only machines started later can have it settled.
  public var conflictAt: Timestamp?
  /// Which machine its exporter has said it is.
  public var identity: TargetIdentity?
  /// A second record of the same readings, for `PlanCheck`.
  public var witness: Witness?
  /// How long its last answer took, from asking; nil: not known.
  public var answerTook: Duration?

  public init() {}
}

/// What is remembered of one accelerator: the idle clock and the evidence since it started.
public struct AcceleratorMemory: Sendable, Hashable, Codable {
  public var state: DeviceState = .unknown
  /// Since when every sample satisfied the idle predicate; nil while busy or unknown.
  public var idleSince: Timestamp?
  /// Samples heard since `idleSince`.
  public var samples = 0
  /// Of these, samples in the tail between "idle" and "busy".
  public var tailSamples = 0
  public var largestGap: Duration = .zero
  /// The least confidence of any sample since `idleSince`.
  public var confidence: Confidence = .high
  public var lastSampleAt: Timestamp?
  /// What ended the last idle time.
  public var lastActivity: Activity?
  /// Last counter values, for rates.
  public var lastEnergy: Double?
  public var lastMemoryUsed: Double?
  /// Consecutive samples of "engine 0 and yet something moves".
  public var contradictions = 0
  /// When the energy counter last moved.
  public var energyMovedAt: Timestamp?
  /// Clean samples since the window began or since its last tail sample.
  public var samplesSinceTail = 0
  public var lastTailAt: Timestamp?
  /// The serving window: like `idleSince`, but spinning without requests goes on (SEMANTICS 4.3).
  public var restSince: Timestamp?
  public var restSamples = 0
  /// The last reading that listed it, with a load or without.
  public var lastListedAt: Timestamp?
  /// A slice that is not listed any more, and in whose GPU others were cut since; nil: not known.
  public var isCutAnew: Bool?
  /// Where it rests, and what it draws; nil: its power was never heard.
  public var power: PowerMemory?

  public init() {}
}

/// The states of SEMANTICS 4.3.
public enum DeviceState: String, Sendable, Hashable, Codable, CaseIterable {
  case unknown, faulty, loading, busy, low, spinning
  case warmIdle = "warm_idle"
  case allocatedIdle = "alloc_idle"
  case free
}

/// What is remembered of one node.
public struct NodeMemory: Sendable, Hashable, Codable {
  /// Counts desired states; a settled act begins the next.
  public var generation = 0
  public var lastActAt: Timestamp?
  public var lastState: InstanceState?
  /// First seen in its present state.
  public var stateSince: Timestamp?
  /// Our act that switched it off, until it runs again.
  public var stoppedBy: DecisionKey?
  public var offSince: Timestamp?
  /// Restarted, and has not done anything yet: loading since then.
  public var restartedAt: Timestamp?
  /// The state before the present one; nil when the node has had one only.
  public var previousState: InstanceState?
  /// Last seen to begin running; nil when it was running at first sight.
  public var startedAt: Timestamp?
  public var lastSeenAt: Timestamp?
  /// What our last act on it was.
  public var lastIntent: Intent?
  /// We launched it for this pool; counts as coming until the cloud lists it.
  public var launchedFor: PoolName?
  /// What it was made with, as long as `launchedFor` stands.
  public var launchedAs: LaunchSpec?
  /// An end of protection that is near, and when that was first seen.
  public var protectionEnds: Timestamp?
  public var protectionNoticedAt: Timestamp?
  /// The off time our last stop led to.
  public var off: OffMemory?
  /// When the idleness began for which we stopped it; nil while it runs or was stopped otherwise.
  public var idleBegan: Timestamp?
  /// First heard at rest or at work after our last launch or start.
  public var cameUpAt: Timestamp?
  /// Its machine type and cloud, for the launch log.
  public var type: InstanceType?
  public var cloud: CloudName?
  /// First seen with the tags of a launch of ours that nothing here knew of; nil once it is known.
  public var unexplainedSince: Timestamp?
  /// When it was last launched or started, by its cloud's clock.
  public var launchedAt: Timestamp?
  /// Acts its cloud refused for good, one of a kind; nil: none.
  public var refusedActs: [RefusedAct]?

  public init() {}
}

/// What is remembered of one pool.
public struct PoolMemory: Sendable, Hashable, Codable {
  public var launchGeneration = 0
  /// When nodes of the pool were shrunk (the last blast window).
  public var shrunk: [Timestamp] = []
  /// No launches before this, after a capacity error.
  public var quarantineUntil: Timestamp?
  public var capacityErrors = 0
  /// Demand at the last interval anything valid was heard of.
  public var demand: PoolDemand?
  /// What is learned of the demand, and the size it asks for.
  public var scaler: DemandMemory?
  public var demandWatch: DemandWatch?
  /// Requests that were late, of the last hour.
  public var errorBudget: ErrorBudgetMemory?
  /// How often nodes were taken and given back.
  public var flips: FlipMemory?
  /// How long its own launches and starts took.
  public var coldStarts: ColdStartMemory?
  /// The times without work between its work.
  public var gaps: GapMemory?
  /// Ages, losses and notices of the places its capacity is bought at.
  public var spot: SpotMemory?
  /// When they were last looked at.
  public var spotLookedAt: Timestamp?
  /// Launches the cloud refused lately, oldest first.
  public var refused: [RefusedLaunch]?
  /// The season of its demand.
  public var forecast: ForecastMemory?
  /// What its devices need, for advice on their size.
  public var needs: RightsizeMemory?
  /// The most replicas its workload was seen with; each has a number in the books.
  public var replicasSeen: Int?

  public init() {}
}

/// An act that has an intent in the ledger and no end yet.
public struct OpenAction: Sendable, Hashable, Codable {
  public var decision: Decision
  public var phase: Phase
  public var since: Timestamp

  public init(decision: Decision, phase: Phase, since: Timestamp) {
    self.decision = decision
    self.phase = phase
    self.since = since
  }

  public enum Phase: String, Sendable, Hashable, Codable {
    /// The intent is committed; nothing was sent.
    case intended
    /// A call may have been sent: its effect is found out before anything else is done.
    case attempted
  }
}

/// An off time as it is being measured (CostModel's `OffInterval` without its price).
public struct OffMemory: Sendable, Hashable, Codable {
  public var decision: DecisionKey
  public var from: Timestamp
  public var until: Timestamp?
  public var restartMicroseconds: Int64 = 0
  /// Time off that a commitment would have paid for; nil: none.
  public var coveredMicroseconds: Int64?
  /// Not accounted yet as it is now.
  public var changed = true
  /// As it was accounted last: what ends while its node is listed no more is told from this.
  public var told: OffInterval?

  public init(decision: DecisionKey, from: Timestamp) {
    self.decision = decision
    self.from = from
  }
}
