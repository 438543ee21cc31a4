public import FleetModel
public import Logging
public import Planner
public import Ports

/// Everything the controller is made of; put together in one place, by the composition root.
public struct ControllerParts: Sendable {
  public var rulebook: Rulebook
  public var pace: Pace
  public var collector: any Collector
  /// Asked again every few seconds, so that an edited targets file takes effect.
  public var targets: @Sendable () async -> [WatchedTarget]
  public var actuators: [any Actuator]
  /// Where clouds announce that they take machines away; several for one cloud are several paths.
  public var interruptions: [any InterruptionSource]
  /// The machine the controller runs on, which it never ends.
  public var own: OwnMachine
  public var ledger: any Ledger
  public var leadership: any Leadership
  public var samples: any SampleStore
  public var outbox: any Outbox
  public var notifiers: [any Notifier]
  /// How long to wait after so many failed deliveries; nil: give up.
  public var retryDelay: @Sendable (Int) -> Duration?
  /// The fleet's clock; scaled in demos and replays.
  public var clock: any TimeSource
  /// Real time: leases, deliveries, backoff.
  public var wall: any TimeSource
  /// Who we are for the lease; the same after a restart.
  public var identity: String
  public var counters: Counters
  public var log: Logger
  /// What schedules say of the days ahead, seen from a moment; nil: there are none.
  public var calendar: @Sendable (Timestamp) -> FleetCalendar?

  public init(
    rulebook: Rulebook, pace: Pace = Pace(), collector: any Collector,
    targets: @escaping @Sendable () async -> [WatchedTarget], actuators: [any Actuator],
    ledger: any Ledger, leadership: any Leadership, samples: any SampleStore,
    outbox: any Outbox, notifiers: [any Notifier],
    retryDelay: @escaping @Sendable (Int) -> Duration?, clock: any TimeSource,
    wall: any TimeSource = SystemTime(), identity: String, counters: Counters = Counters(),
    log: Logger, calendar: @escaping @Sendable (Timestamp) -> FleetCalendar? = { _ in nil },
    interruptions: [any InterruptionSource] = [], own: OwnMachine = OwnMachine()
  ) {
    self.interruptions = interruptions
    self.own = own
    self.calendar = calendar
    self.rulebook = rulebook
    self.pace = pace
    self.collector = collector
    self.targets = targets
    self.actuators = actuators
    self.ledger = ledger
    self.leadership = leadership
    self.samples = samples
    self.outbox = outbox
    self.notifiers = notifiers
    self.retryDelay = retryDelay
    self.clock = clock
    self.wall = wall
    self.identity = identity
    self.counters = counters
    self.log = log
  }
}

/// How often the loops turn, in the fleet's time unless named otherwise.
public struct Pace: Sendable, Hashable {
  public var evaluate: Duration = .seconds(15)
  public var inventory: Duration = .seconds(30)
  /// Real time; a third of the lease leaves two tries before it is lost.
  public var renew: Duration = .seconds(5)
  public var lease: Duration = .seconds(15)
  /// Real time.
  public var flush: Duration = .seconds(1)
  public var outbox: Duration = .seconds(1)
  /// Scrapes under way at once.
  public var scrapes = 256
  /// Acts under way at once.
  public var acts = 8

  public init() {}
}
