import FleetModel
import Planner

/// One number of `Planner.Thresholds` as a setting.
struct ThresholdKey: Sendable {
  var name: String
  var leaf: Leaf
  var about: String
  var standard: String
  var set: @Sendable (inout Thresholds, Value) -> Void

  var field: Field { Field(name, .leaf(leaf), standard: standard, about) }

  private typealias NumberPath = any WritableKeyPath<Thresholds, Double> & Sendable
  private typealias DurationPath = any WritableKeyPath<Thresholds, Duration> & Sendable
  private typealias CountPath = any WritableKeyPath<Thresholds, Int> & Sendable

  private static func share(_ name: String, _ path: NumberPath, _ about: String) -> ThresholdKey {
    number(name, path, .share, about) { decimal($0 * 100) + "%" }
  }

  private static func number(
    _ name: String, _ path: NumberPath, _ leaf: Leaf, _ about: String,
    written: (Double) -> String
  ) -> ThresholdKey {
    ThresholdKey(
      name: name, leaf: leaf, about: about, standard: written(Thresholds()[keyPath: path])
    ) { thresholds, value in
      if case .number(let number) = value { thresholds[keyPath: path] = number }
    }
  }

  private static func time(_ name: String, _ path: DurationPath, _ about: String) -> ThresholdKey {
    ThresholdKey(
      name: name, leaf: .duration(.seconds(1) ... .days(7)), about: about,
      standard: writtenDuration(Thresholds()[keyPath: path])
    ) { thresholds, value in
      if case .duration(let duration) = value { thresholds[keyPath: path] = duration }
    }
  }

  private static func count(_ name: String, _ path: CountPath, _ about: String) -> ThresholdKey {
    ThresholdKey(
      name: name, leaf: .count(1...1000), about: about,
      standard: String(Thresholds()[keyPath: path])
    ) { thresholds, value in
      if case .integer(let number) = value { thresholds[keyPath: path] = number }
    }
  }

  /// At most three decimals, without trailing zeros.
  private static func decimal(_ number: Double) -> String {
    let thousandths = Int((number * 1000).rounded())
    guard thousandths % 1000 != 0 else { return String(thousandths / 1000) }
    var fraction = String(1000 + thousandths % 1000).dropFirst()
    while fraction.last == "0" { fraction = fraction.dropLast() }
    return "\(thousandths / 1000).\(fraction)"
  }

  static let all: [ThresholdKey] = evidence + windows + guards

  private static let evidence: [ThresholdKey] = [
    share("coverage", \.coverage, "The part of the expected samples that a window needs."),
    count(
      "largest_gap_in_intervals", \.largestGapInIntervals,
      "A hole of more scrape intervals voids a window."),
    count(
      "sensor_fault_samples", \.sensorFaultSamples,
      "Contradictory samples in a row that make a sensor fault."),
    time(
      "frozen_after", \.frozenAfter,
      "An energy counter that stands still this long while power flows is a frozen exporter."),
    share("engine_idle", \.engineIdle, "Engine activity below which a GPU may be idle."),
    share("engine_busy", \.engineBusy, "Engine activity at which a GPU is no longer idle."),
    share("engine_tail", \.engineTail, "The part of a window's samples that may lie between."),
    number(
      "utilization_idle", \.utilizationIdle, .percent,
      "GPU utilisation that counts as idle where profiling fields are missing."
    ) { decimal($0) + "%" },
    share("tensor_idle", \.tensorIdle, "Tensor activity that still counts as none."),
    share("dram_idle", \.dramIdle, "Memory activity that still counts as none."),
    number(
      "pcie_idle", \.pcieIdle, .bytesPerSecond, "PCIe traffic that still counts as none."
    ) { decimal($0 / 1_000_000) + "MB/s" },
    number(
      "idle_power_factor", \.idlePowerFactor, .factor,
      "The idle ceiling is the learned idle power times this, plus the margin."
    ) { decimal($0) },
    number("idle_power_margin", \.idlePowerMargin, .watts, "The margin of the idle ceiling.") {
      decimal($0) + "W"
    },
    share("low_use", \.lowUse, "Engine activity up to which use is called low."),
    share("spinning", \.spinning, "Engine activity from which a GPU without work is spinning."),
    number(
      "empty_memory", \.emptyMemory, .mebibytes, "Device memory below which a GPU is empty."
    ) { decimal($0) + "MiB" },
    number(
      "loading_rise", \.loadingRise, .mebibytes,
      "A rise of device memory between two samples that means a model is loading."
    ) { decimal($0) + "MiB" },
  ]

  private static let windows: [ThresholdKey] = [
    time("batch_window", \.batchWindow, "The idle window of batch pools."),
    time("dev_window", \.devWindow, "The idle window of dev pools."),
    time("serving_window", \.servingWindow, "The idle window of serving pools."),
    time("unlabelled_window", \.unlabelledWindow, "The idle window of unlabelled pools."),
    time("training_alert_window", \.trainingAlertWindow, "When idle training is told of."),
    time("startup_grace", \.startupGrace, "A node younger than this is never idle."),
  ]

  private static let guards: [ThresholdKey] = [
    time("decision_lifetime", \.decisionLifetime, "A decision that is older is void."),
    share("cycle_share", \.cycleShare, "The part of a pool that one cycle may shrink."),
    share("window_share", \.windowShare, "The part of a pool that a blast window may shrink."),
    time("blast_window", \.blastWindow, "The time over which shrinking is counted."),
    share(
      "correlated_share", \.correlatedShare,
      "All shrinking is held when more of the fleet turns idle at once."),
    time("correlated_window", \.correlatedWindow, "What `at once` means there."),
    time(
      "correlated_hold", \.correlatedHold,
      "How long shrinking waits after so many turned idle together."),
    count(
      "correlated_fewest", \.correlatedFewest, "Fewer nodes are never so many."),
    time("inventory_age", \.inventoryAge, "An older list of nodes is no ground for an act."),
    time("reread_age", \.rereadAge, "The second look before an act wants a younger reading."),
    share(
      "unknown_halt", \.unknownHalt, "All shrinking halts when more of the fleet is unknown."),
    share(
      "unhealthy_halt", \.unhealthyHalt, "Shrinking a pool halts when more of it is unhealthy."),
    time("skew_limit", \.skewLimit, "A cloud whose clock differs by more gets no acts."),
  ]
}
