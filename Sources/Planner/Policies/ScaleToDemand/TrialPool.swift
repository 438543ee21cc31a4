/// A pool that never was: the same load under one multiple of the error, from the start.
///
/// It launches, waits for its cold starts, serves and is late exactly as the real one would be, so
/// what it cost and missed is what the multiple would have cost and missed.
struct TrialPool: Sendable, Hashable, Codable {
  private struct Launch: Sendable, Hashable, Codable {
    var tick: Int
    var count: Int
  }

  let multiple: Double
  /// What the belief in the first multiple adds to the loss, per interval of mean cost.
  let disbelief: Double
  private(set) var backlog = 0.0
  /// Replica-intervals billed, faded.
  private(set) var cost = 0.0
  /// Replica-seconds of work that waited longer than allowed, faded.
  private(set) var late = 0.0

  private var ready: Int
  private var alive: Int
  private var served = 0.0
  private var launches: [Launch] = []
  private var head = 0

  /// Launches under way at different times; later ones join the last, and serve a little early.
  private static let mostLaunches = 64

  init(multiple: Double, disbelief: Double, replicas: Int) {
    self.multiple = multiple
    self.disbelief = disbelief
    ready = replicas
    alive = replicas
  }

  /// One interval of `work` replica-seconds. `due` is what had arrived in all by the end of the
  /// interval that must be served by now, and by its start.
  mutating func serve(_ work: Double, at tick: Int, pace: DemandPace, due: ClosedRange<Double>?) {
    land(by: tick)
    let waiting = backlog + work
    let done = min(waiting, Double(ready) * pace.seconds)
    backlog = waiting - done
    served += done
    cost = cost * pace.trialKeep + Double(alive)
    late *= pace.trialKeep
    if let due, due.upperBound > due.lowerBound {
      late += max(0, due.upperBound - max(due.lowerBound, served))
    }
  }

  /// Launches or releases at once, the youngest pending first.
  mutating func resize(to wanted: Int, readyAt tick: Int) {
    if wanted > alive { launch(wanted - alive, readyAt: tick) }
    while alive > wanted, launches.count > head {
      let last = launches.count - 1
      let gone = min(alive - wanted, launches[last].count)
      launches[last].count -= gone
      alive -= gone
      if launches[last].count == 0 { launches.removeLast() }
    }
    guard alive > wanted else { return }
    ready -= alive - wanted
    alive = wanted
  }

  private mutating func land(by tick: Int) {
    while head < launches.count, launches[head].tick <= tick {
      ready += launches[head].count
      head += 1
    }
    guard head > 0, head == launches.count || head >= Self.mostLaunches else { return }
    launches.removeFirst(head)
    head = 0
  }

  private mutating func launch(_ count: Int, readyAt tick: Int) {
    alive += count
    if launches.count - head < Self.mostLaunches {
      launches.append(Launch(tick: tick, count: count))
    } else {
      launches[launches.count - 1].count += count
    }
  }
}
