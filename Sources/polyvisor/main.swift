import Commands

await Polyvisor.main()
