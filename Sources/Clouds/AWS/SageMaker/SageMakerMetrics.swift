import FleetModel
import Planner
import Ports

/// Which of CloudWatch's series are about a variant or a component, and what they say.
///
/// Names, namespaces and dimensions are those of the SageMaker developer guide's page "SageMaker AI
/// metrics in Amazon CloudWatch".
struct SageMakerMetric: Sendable, Hashable {
  var query: MetricQuery
  /// What it is shown as; nil: it is the load.
  var figure: String?
  /// What the value is multiplied with; the guide's times are microseconds.
  var factor = 1.0

  /// CloudWatch has a minute's value a minute or two after it; older is not now.
  static let window = Duration.minutes(5)

  static func all(of seen: SageMakerSeen) -> [SageMakerMetric] {
    switch seen.subject {
    case .variant(let name, let endpoint):
      let dimensions = ["EndpointName": endpoint, "VariantName": name]
      return invocations(dimensions, concurrent: "ConcurrentRequestsPerModel", per: "instance")
        + (seen.isMultiModel ? models(dimensions) : [])
    case .component(let name):
      return invocations(
        ["InferenceComponentName": name], concurrent: "ConcurrentRequestsPerCopy", per: "copy")
    }
  }

  private static func invocations(
    _ dimensions: [String: String], concurrent: String, per unit: String
  ) -> [SageMakerMetric] {
    let rate = unit == "copy" ? "InvocationsPerCopy" : "InvocationsPerInstance"
    return [
      // Minimum and Maximum are its only statistics.
      SageMakerMetric(query: series(concurrent, dimensions, "Maximum"), figure: nil),
      SageMakerMetric(
        query: series("Invocations", dimensions, "Sum"), figure: "invocations_per_minute"),
      SageMakerMetric(
        query: series(rate, dimensions, "Sum"), figure: "invocations_per_\(unit)_per_minute"),
    ]
  }

  private static func models(_ dimensions: [String: String]) -> [SageMakerMetric] {
    let times = [
      ("ModelLoadingWaitTime", "model_loading_wait_seconds"),
      ("ModelDownloadingTime", "model_downloading_seconds"),
      ("ModelLoadingTime", "model_loading_seconds"),
      ("ModelUnloadingTime", "model_unloading_seconds"),
    ]
    return [
      // The average of 1 for a hit and 0 for a miss.
      SageMakerMetric(
        query: series("ModelCacheHit", dimensions, "Average"), figure: "model_cache_hit_ratio"),
      // Sent by each instance: their sum is what is loaded in all.
      SageMakerMetric(
        query: series(
          "LoadedModelCount", dimensions, "Sum", namespace: "/aws/sagemaker/Endpoints"),
        figure: "loaded_models"),
    ]
      + times.map { name, figure in
        SageMakerMetric(
          query: series(name, dimensions, "Average"), figure: figure, factor: 1 / 1_000_000)
      }
  }

  private static func series(
    _ name: String, _ dimensions: [String: String], _ statistic: String,
    namespace: String = "AWS/SageMaker"
  ) -> MetricQuery {
    MetricQuery(namespace: namespace, name: name, dimensions: dimensions, statistic: statistic)
  }

  /// Writes what was found into the workload; what was not found is left out, not zero.
  ///
  /// Concurrency is counted for one instance or copy, the busiest one's here, with what waits in
  /// its container: times their number it is what all have at most, so that a workload is never
  /// made smaller because its load was read too low.
  func write(_ point: MetricData.Point, into workload: inout Workload, at now: Timestamp) {
    guard point.value >= 0 else { return }
    if let figure { workload.figures[figure] = point.value * factor }
    guard figure == nil, let ready = workload.ready else { return }
    workload.figures["concurrent_requests_per_replica"] = point.value
    let end = point.at.advanced(by: .seconds(query.period))
    workload.load = Workload.Load(
      at: min(now, end), running: point.value * Double(ready), waiting: 0)
  }
}

extension SageMakerActuator {
  /// The workloads with their bounds, masters, load and figures.
  ///
  /// A look at CloudWatch that fails leaves load and figures out: absent, never zero.
  func dressed(
    _ seen: [SageMakerSeen], _ targets: ScalableTargets
  ) async throws(ActuateError) -> [Workload] {
    let now = time.now()
    let wanted = seen.map { SageMakerMetric.all(of: $0) }
    let points = try? await metrics.newest(
      of: wanted.flatMap { $0.map(\.query) },
      from: now.advanced(by: .zero - SageMakerMetric.window),
      to: now)
    return zip(seen, wanted).map { seen, metrics in
      var workload = seen.workload
      workload.bounds = seen.bounds(targets.bounds[seen.subject.resource])
      workload.figures.merge(Self.figures(of: seen, targets)) { _, new in new }
      workload.numberOwner = targets.numberOwner(of: seen.subject.resource)
      for metric in metrics {
        guard let point = points?[metric.query] else { continue }
        metric.write(point, into: &workload, at: now)
      }
      return workload
    }
  }

  private static func figures(
    of seen: SageMakerSeen, _ targets: ScalableTargets
  ) -> [String: Double] {
    var figures: [String: Double] = [:]
    let resource = seen.subject.resource
    if targets.bounds[resource] != nil {
      figures["other_scaling_policies"] = Double(targets.policies[resource] ?? 0)
    }
    if seen.failedForCapacity { figures["failed_for_capacity"] = 1 }
    return figures
  }
}
