// Dark, light, or what the system says; read before anything is drawn, so that nothing flashes.
(() => {
  const system = matchMedia('(prefers-color-scheme: light)');
  const put = () => {
    let said = 'dark';
    try { said = localStorage.getItem('rc-look') ?? 'dark'; } catch { /* a page without storage is dark */ }
    const light = said === 'light' || (said === 'system' && system.matches);
    document.documentElement.dataset.look = light ? 'light' : 'dark';
  };
  put();
  system.addEventListener('change', put);
  addEventListener('rc-look', put);
})();
