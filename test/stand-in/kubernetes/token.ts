// Put together here, so that nothing that scans the repository takes it for a real one.
export const TOKEN = ['ey', 'J', 'standInStandInStandIn'].join('');
