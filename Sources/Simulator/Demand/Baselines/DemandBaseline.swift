/// The rules a backtest compares with, by name.
///
/// Timings are those the named systems ship with; the target utilisation is 70 %, untuned.
public enum DemandBaseline: String, Sendable, Hashable, CaseIterable {
  case alwaysOn = "always-on"
  case knativeKPA = "knative-kpa"
  case kedaHPA = "keda-hpa"
  case skyServe = "skyserve"
  case idleTimeout = "idle-timeout"
  case clairvoyant

  /// Rules that see only the past and act on it.
  public static let reactive: [DemandBaseline] = [.knativeKPA, .kedaHPA, .skyServe, .idleTimeout]
}

extension DemandModel {
  public func run(_ baseline: DemandBaseline) -> DemandResult {
    let tick = trace.tick
    let name = baseline.rawValue
    return switch baseline {
    case .alwaysOn:
      run(ConstantCount(count: alwaysOnCount), named: name, ready: alwaysOnCount)
    case .knativeKPA: run(KnativeKPA(tick: tick), named: name)
    case .kedaHPA: run(KedaHPA(tick: tick), named: name)
    case .skyServe: run(SkyServe(tick: tick), named: name)
    case .idleTimeout: run(IdleTimeout(tick: tick), named: name)
    case .clairvoyant: clairvoyantResult(named: name)
    }
  }

  /// The schedule is never late, so only its bill is added up.
  private func clairvoyantResult(named name: String) -> DemandResult {
    var account = DemandAccount(trace, points: seriesPoints)
    for tick in 0..<trace.count {
      account.bill(
        tick, trace.offered[tick], ready: clairvoyant.needed[tick], paid: clairvoyant.paid[tick])
      account.late(tick, 0)
    }
    return result(named: name, account, peak: clairvoyant.peak, starts: clairvoyant.starts)
  }
}

/// Never more, never fewer.
struct ConstantCount: DemandChooser {
  var count: Int
  func wanted(_ moment: DemandMoment) -> Int { count }
}
