/// Why a launch was refused, as far as it matters here (SEMANTICS 4.10).
public enum SpotRefusal: String, Sendable, Hashable, Codable {
  /// No machine is free just now: this offering waits.
  case capacity
  /// The account may have no more: the whole region and family waits until its quota is re-read.
  case quota
}

/// What is seen of one offering at one moment.
public struct OfferingLook: Sendable, Hashable, Codable {
  /// Whether capacity can be had; nil when nobody looked. Absent is never "down".
  public var isUp: Bool?
  /// A loss of what is held here has been announced.
  public var isNoticed: Bool
  /// Replicas here that work.
  public var ready: Int
  /// Replicas here on their way.
  public var pending: Int
  /// Of `pending`, those sure to be ready before the next look; 0 when that is not known.
  public var due: Int
  /// Replicas taken away here since the last look, pending ones included.
  public var lost: Int
  /// A launch here was refused since the last look.
  public var refusal: SpotRefusal?

  public init(
    isUp: Bool?, isNoticed: Bool = false, ready: Int = 0, pending: Int = 0, due: Int = 0,
    lost: Int = 0, refusal: SpotRefusal? = nil
  ) {
    self.isUp = isUp
    self.isNoticed = isNoticed
    self.ready = ready
    self.pending = pending
    self.due = due
    self.lost = lost
    self.refusal = refusal
  }

  var held: Int { ready + pending }
}

/// What is known of a pool's places at one moment: one look per offering, in the terms' order.
public struct SpotLook: Sendable, Hashable, Codable {
  public var offerings: [OfferingLook]
  public var onDemandReady: Int
  public var onDemandPending: Int
  /// Of `onDemandPending`, those sure to be ready before the next look.
  public var onDemandDue: Int
  /// An on-demand launch was refused since the last look.
  public var onDemandRefusal: SpotRefusal?

  public init(
    offerings: [OfferingLook], onDemandReady: Int = 0, onDemandPending: Int = 0,
    onDemandDue: Int = 0, onDemandRefusal: SpotRefusal? = nil
  ) {
    self.offerings = offerings
    self.onDemandReady = onDemandReady
    self.onDemandPending = onDemandPending
    self.onDemandDue = onDemandDue
    self.onDemandRefusal = onDemandRefusal
  }

  var onDemandHeld: Int { onDemandReady + onDemandPending }
  /// All that is held, wherever it is.
  var held: Int { offerings.reduce(onDemandHeld) { $0 + $1.held } }
}
