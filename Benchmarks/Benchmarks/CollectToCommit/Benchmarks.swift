import Benchmark

// Collect to commit: what it costs to scrape a fleet over HTTP and store every value durably, in
// CPU time of this process and of every PostgreSQL process. The exporters are another process and
// do not count. A run is one paced stretch; p50 of the three runs is their median.
//
// What others need for the same stands in docs/benchmarks.md.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration.metrics = Cost.metrics
  Benchmark.defaultConfiguration.warmupIterations = 0
  Benchmark.defaultConfiguration.maxIterations = 3
  Benchmark.defaultConfiguration.maxDuration = .seconds(120)

  measure(Pace(nodes: 250, every: .seconds(1), length: .seconds(15)))
  measure(Pace(nodes: 1000, every: .seconds(5), length: .seconds(15)))
  measure(Pace(nodes: 4000, every: .seconds(15), length: .seconds(15)))
}

private func measure(_ pace: Pace) {
  Benchmark("\(pace.nodes) nodes of 8 GPUs, every \(pace.every.components.seconds) s") {
    benchmark in
    let stage = try await Stage.open(nodes: pace.nodes)
    do {
      let cost = try await stage.cost(of: pace)
      cost.report(to: benchmark)
    } catch {
      await stage.close()
      throw error
    }
    await stage.close()
  }
}
