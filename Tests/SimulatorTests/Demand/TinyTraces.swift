import FleetModel
import Simulator

/// Traces small enough to work out by hand: ticks of one second, a dollar a replica-second.
enum TinyTrace {
  static func trace(_ offered: [Double], tick: Duration = .seconds(1)) -> DemandTrace {
    DemandTrace(tick: tick, offered: offered, requests: offered)
  }

  static func model(
    _ offered: [Double], wait: Duration = .zero, coldStart: Duration = .seconds(2),
    start: DemandConditions.Start = .initial
  ) throws -> DemandModel {
    try DemandModel(
      trace(offered),
      under: DemandConditions(
        serviceTime: .seconds(1), longestWait: wait, coldStart: coldStart,
        price: HourlyRate(perHour: .dollars(3600)), start: start))
  }

  static func moment(
    _ tick: Int, inFlight: Double = 0, ready: Int, pending: Int = 0, offered: Double = 0
  ) -> DemandMoment {
    DemandMoment(
      tick: tick, offered: offered, served: 0, backlog: 0, inFlight: inFlight, ready: ready,
      pending: pending)
  }
}

/// Wants what it was told to want, the last of it for ever, and notes what it saw.
struct Script: DemandChooser {
  final class Log {
    var moments: [DemandMoment] = []
  }

  var wants: [Int]
  let log = Log()

  init(_ wants: [Int]) { self.wants = wants }

  func wanted(_ moment: DemandMoment) -> Int {
    log.moments.append(moment)
    return wants[min(moment.tick, wants.count - 1)]
  }
}
