import FleetModel
import Planner

extension RuleKeys {
  static let thresholds: [RuleKey<Thresholds>] = evidence + windows + guards

  private static let standardThresholds = Thresholds()
  private static let lasting = Duration.seconds(1)...Duration.days(7)

  private static let evidence: [RuleKey<Thresholds>] = [
    .share(
      "coverage", \.coverage, of: standardThresholds, .share,
      "The part of the expected samples that a window needs."),
    .count(
      "largest_gap_in_intervals", \.largestGapInIntervals, of: standardThresholds, 1...1000,
      "A hole of more scrape intervals voids a window."),
    .count(
      "sensor_fault_samples", \.sensorFaultSamples, of: standardThresholds, 1...1000,
      "Contradictory samples in a row that make a sensor fault."),
    .time(
      "frozen_after", \.frozenAfter, of: standardThresholds, lasting,
      "An energy counter that stands still this long while power flows is a frozen exporter."),
    .share(
      "engine_idle", \.engineIdle, of: standardThresholds, .share,
      "Engine activity below which a GPU may be idle."),
    .share(
      "engine_busy", \.engineBusy, of: standardThresholds, .share,
      "Engine activity at which a GPU is no longer idle."),
    .share(
      "engine_tail", \.engineTail, of: standardThresholds, .share,
      "The part of a window's samples that may lie between."),
    .measure(
      "utilization_idle", \.utilizationIdle, of: standardThresholds, .percent, unit: "%", size: 1,
      "GPU utilisation that counts as idle where profiling fields are missing."),
    .share(
      "tensor_idle", \.tensorIdle, of: standardThresholds, .share,
      "Tensor activity that still counts as none."),
    .share(
      "dram_idle", \.dramIdle, of: standardThresholds, .share,
      "Memory activity that still counts as none."),
    .measure(
      "pcie_idle", \.pcieIdle, of: standardThresholds, .bytesPerSecond, unit: "MB/s",
      size: 1_000_000,
      "PCIe traffic that still counts as none."),
    .share(
      "cpu_idle", \.cpuIdle, of: standardThresholds, .share,
      "The part of the host's CPU time in use that still counts as none."),
    .measure(
      "network_idle", \.networkIdle, of: standardThresholds, .bytesPerSecond, unit: "MB/s",
      size: 1_000_000, "Traffic of the host's networks that still counts as none."),
    .measure(
      "disk_idle", \.diskIdle, of: standardThresholds, .bytesPerSecond, unit: "MB/s",
      size: 1_000_000, "Traffic of the host's disks that still counts as none."),
    .measure(
      "idle_power_factor", \.idlePowerFactor, of: standardThresholds, .factor, unit: "", size: 1,
      "The idle ceiling is the learned level times this, or the level plus the margin, if that is more."
    ),
    .measure(
      "idle_power_margin", \.idlePowerMargin, of: standardThresholds, .watts, unit: "W", size: 1,
      "The least distance of the idle ceiling from the learned level."),
    .share(
      "low_use", \.lowUse, of: standardThresholds, .share,
      "Engine activity up to which use is called low."),
    .share(
      "spinning", \.spinning, of: standardThresholds, .share,
      "Engine activity from which a GPU without work is spinning."),
    .measure(
      "empty_memory", \.emptyMemory, of: standardThresholds, .mebibytes, unit: "MiB", size: 1,
      "Device memory below which a GPU is empty."),
    .measure(
      "loading_rise", \.loadingRise, of: standardThresholds, .mebibytes, unit: "MiB", size: 1,
      "A rise of device memory between two samples that means a model is loading."),
  ]

  private static let windows: [RuleKey<Thresholds>] = [
    .time(
      "power_span", \.powerSpan, of: standardThresholds, lasting,
      "No mean power over less time, or over less than 20 scrape intervals, is evidence."),
    .time(
      "batch_window", \.batchWindow, of: standardThresholds, lasting,
      "The idle window of batch pools."),
    .time(
      "dev_window", \.devWindow, of: standardThresholds, lasting, "The idle window of dev pools."),
    .time(
      "serving_window", \.servingWindow, of: standardThresholds, lasting,
      "The idle window of serving pools."),
    .time(
      "unlabelled_window", \.unlabelledWindow, of: standardThresholds, lasting,
      "The idle window of unlabelled pools."),
    .time(
      "training_alert_window", \.trainingAlertWindow, of: standardThresholds, lasting,
      "When idle training is told of."),
    .time(
      "startup_grace", \.startupGrace, of: standardThresholds, lasting,
      "A node younger than this is never idle."),
  ]

  private static let guards: [RuleKey<Thresholds>] = [
    .time(
      "decision_lifetime", \.decisionLifetime, of: standardThresholds, lasting,
      "A decision that is older is void."),
    .share(
      "cycle_share", \.cycleShare, of: standardThresholds, .share,
      "The part of a pool that one cycle may shrink."),
    .share(
      "window_share", \.windowShare, of: standardThresholds, .share,
      "The part of a pool that a blast window may shrink."),
    .time(
      "blast_window", \.blastWindow, of: standardThresholds, lasting,
      "The time over which shrinking is counted."),
    .share(
      "correlated_share", \.correlatedShare, of: standardThresholds, .share,
      "All shrinking is held when more of the fleet turns idle at once."),
    .time(
      "correlated_window", \.correlatedWindow, of: standardThresholds, lasting,
      "What `at once` means there."),
    .time(
      "correlated_hold", \.correlatedHold, of: standardThresholds, lasting,
      "How long shrinking waits after so many turned idle together."),
    .count(
      "correlated_fewest", \.correlatedFewest, of: standardThresholds, 1...1000,
      "Fewer nodes are never so many."),
    .time(
      "inventory_age", \.inventoryAge, of: standardThresholds, lasting,
      "An older list of nodes is no ground for an act."),
    .time(
      "reread_age", \.rereadAge, of: standardThresholds, lasting,
      "No act leaves on an older look, whatever it waited for."),
    .share(
      "unknown_halt", \.unknownHalt, of: standardThresholds, .share,
      "All shrinking halts when more of the fleet is unknown."),
    .share(
      "unhealthy_halt", \.unhealthyHalt, of: standardThresholds, .share,
      "Shrinking a pool halts when more of it is unhealthy."),
    .time(
      "skew_alarm", \.skewAlarm, of: standardThresholds, lasting,
      "People hear of a cloud whose clock differs by more."),
    .time(
      "skew_limit", \.skewLimit, of: standardThresholds, lasting,
      "A cloud whose clock differs by more gets no acts."),
  ]
}
